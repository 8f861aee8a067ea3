-- Every 20 ms while calls wait, so: no locks, and nothing that grows with the number of agents. Versions are read before the
-- rows they stand for, so a reader never takes a version whose rows it has not seen; rows that are newer still come again.
-- The time is read first of all. Reservations by KEY(changed_at_ms), LEAST because the clock may have been set back.
-- Pauses under way are few: all of them, by KEY(holds_until_ms, agent_id), after the agents' versions, so that none is missed.
SELECT :dbNowMs AS db_now_ms, (SELECT COALESCE(MAX(version), 0) FROM routing) AS routing_version;
SELECT site_id, title, epoch, version, connection, pbx_seen_at_ms, calls_in_progress FROM site_state;
SELECT edge_id, epoch, version, figures_version, seen_at_ms FROM edge_state;
SELECT agent_id, phase, token, call_id, edge_id, hold_reason, expires_at_ms, changed_at_ms, idle_since_ms, claimed_at_ms,
  no_answers
  FROM reservation WHERE changed_at_ms >= LEAST(:readAtMs, :dbNowMs) - :overlapMs;
SELECT DISTINCT agent_id FROM command WHERE holds_until_ms > :dbNowMs
