-- To claim is to win one row. One autocommit statement that locks that row alone: at READ COMMITTED the EXISTS reads the
-- agent and his site without locks (joined to the UPDATE instead, it made 55 deadlocks where this makes none).
-- Nor is anybody claimed from the moment that a pause or a log-out is asked for him: KEY(agent_id, holds_until_ms).
-- A token that is ours already wins again without conditions: the answer to the first try was lost. Only in phase `offer`:
-- a try that comes late must not turn a talk back.
-- A talk that nobody ended (a dead edge) ended with its lease; assignments go from left to right, so this stands first.
UPDATE reservation SET
  idle_since_ms = IF(phase = 'talk' AND token <> :token, LEAST(expires_at_ms, :dbNowMs), idle_since_ms),
  claimed_at_ms = IF(token = :token, claimed_at_ms, :dbNowMs),
  phase = 'offer', token = :token, call_id = :callId, edge_id = :edgeId, hold_reason = '',
  expires_at_ms = :dbNowMs + :leaseMs, changed_at_ms = :dbNowMs
WHERE agent_id = :agentId AND (
  (token = :token AND phase = 'offer')
  OR ((phase = 'free' OR expires_at_ms <= :dbNowMs) AND EXISTS (
    SELECT 1 FROM agent_state a JOIN site_state s ON s.site_id = a.site_id
    WHERE a.agent_id = :agentId AND a.gone_at_ms IS NULL AND a.status = 'ready'
      AND s.pbx_seen_at_ms > :dbNowMs - :staleMs)
    AND NOT EXISTS (SELECT 1 FROM command c WHERE c.agent_id = :agentId AND c.holds_until_ms > :dbNowMs)))
