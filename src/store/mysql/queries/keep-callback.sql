-- Under the fence (the statement before). Another call's pending row of this number and service (UNIQUE) is left as it is, and so
-- is our own when it is over or another edge's: each assignment looks first. `pending` is never set again.
INSERT INTO callback (call_id, service, number, caller_name, dnis, requirement, priority, arrived_at_ms, tries, not_before_ms,
  edge_id, pending)
SELECT n.*, e.edge_id, 1 FROM (:rows) n JOIN edge_state e ON e.edge_id = :edgeId AND e.epoch = :epoch
ON DUPLICATE KEY UPDATE
  caller_name = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.caller_name, callback.caller_name),
  requirement = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.requirement, callback.requirement),
  priority = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.priority, callback.priority),
  tries = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.tries, callback.tries),
  not_before_ms = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.not_before_ms, callback.not_before_ms),
  service = IF(callback.call_id = n.call_id AND callback.edge_id = e.edge_id, n.service, callback.service)
