-- Up to 100 agents. Joined to the fence, so that a superseded writer changes no row; the version comes from it too.
-- Rows are sorted by id, as all that write several do: no deadlocks among them.
INSERT INTO agent_state (agent_id, name, title, address, status, pause_reason, status_since_ms, activity, activity_since_ms,
  idle_since_ms, last_call_end_ms, wrap_up_until_ms, skills, memberships, calls_taken, occupancy,
  occupancy_at_ms, site_id, version, gone_at_ms)
SELECT n.*, s.site_id, s.version, NULL FROM (:rows) n JOIN site_state s ON s.site_id = :siteId AND s.epoch = :epoch
ON DUPLICATE KEY UPDATE name = n.name, title = n.title, address = n.address, status = n.status,
  pause_reason = n.pause_reason, status_since_ms = n.status_since_ms, activity = n.activity,
  activity_since_ms = n.activity_since_ms, idle_since_ms = n.idle_since_ms, last_call_end_ms = n.last_call_end_ms,
  wrap_up_until_ms = n.wrap_up_until_ms, skills = n.skills, memberships = n.memberships, calls_taken = n.calls_taken, occupancy = n.occupancy,
  occupancy_at_ms = n.occupancy_at_ms,
  site_id = s.site_id, version = s.version, gone_at_ms = NULL
