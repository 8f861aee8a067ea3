-- Into the line before the first match. A call that is there already keeps its arrival. One that left in this epoch stays
-- away: a placement that was given up for lost may still arrive. Assignments go from left to right: gone_at_ms looks at the
-- row's old epoch.
INSERT INTO waiting_call (call_id, service, requirement, priority, offering, network_first,
  edge_id, epoch, version, gone_at_ms, arrived_at_ms)
SELECT n.*, e.edge_id, e.epoch, e.version, NULL, :dbNowMs FROM (:rows) n
  JOIN edge_state e ON e.edge_id = :edgeId AND e.epoch = :epoch
ON DUPLICATE KEY UPDATE gone_at_ms = IF(waiting_call.epoch = e.epoch AND waiting_call.edge_id = e.edge_id, gone_at_ms, NULL),
  service = n.service, requirement = n.requirement, priority = n.priority, offering = n.offering,
  network_first = n.network_first, edge_id = e.edge_id, epoch = e.epoch, version = e.version
