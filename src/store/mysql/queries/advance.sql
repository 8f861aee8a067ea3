-- Ends a phase by its token, never to `free`: expiry does that. Locks one row. Assignments go from left to right, so what
-- looks at the old phase stands first. An unanswered offer is counted only in phase `offer`: a repeat finds it moved on.
-- A talk follows an offer, or itself when its answer was lost, and neither may have expired: what another edge may have taken
-- comes to life no more, however late a process wakes up. An end is written as long as the token is ours: nobody has taken it.
UPDATE reservation SET
  no_answers = IF(:phase = 'talk', 0, no_answers + (:holdReason = 'no_answer' AND phase = 'offer')),
  idle_since_ms = IF(phase = 'talk' AND :phase <> 'talk', :dbNowMs, idle_since_ms),
  phase = :phase, hold_reason = :holdReason,
  expires_at_ms = :dbNowMs + :leaseMs, changed_at_ms = :dbNowMs
WHERE agent_id = :agentId AND token = :token AND phase <> 'free'
  AND (:phase <> 'talk' OR (phase IN ('offer', 'talk') AND expires_at_ms > :dbNowMs))
