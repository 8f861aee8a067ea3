-- Renews the leases of talks, found by KEY(token): rows of this edge's own calls, so nobody contends for them while they live.
-- One whose lease has passed is still ours until somebody claims the agent.
UPDATE reservation SET expires_at_ms = :dbNowMs + :leaseMs, changed_at_ms = :dbNowMs
WHERE token IN (:tokens) AND phase = 'talk'
