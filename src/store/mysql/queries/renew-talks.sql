-- Renews the leases of talks, found by KEY(token): rows of this edge's own calls, so nobody contends for them while they live.
-- One whose lease has passed stays so: the agent may be another edge's in the next moment.
UPDATE reservation SET expires_at_ms = :dbNowMs + :leaseMs, changed_at_ms = :dbNowMs
WHERE token IN (:tokens) AND phase = 'talk' AND expires_at_ms > :dbNowMs
