-- Into the line before the first match. A call that is there already keeps its arrival, unless it brings one (0: none). One that
-- left in this epoch stays away, unless it brings one: a placement that was given up for lost may still arrive. Assignments go
-- from left to right: gone_at_ms looks at the row's old epoch.
INSERT INTO waiting_call (call_id, service, requirement, priority, offering, network_first, terms, arrived_at_ms,
  edge_id, epoch, version, gone_at_ms)
SELECT n.call_id, n.service, n.requirement, n.priority, n.offering, n.network_first, n.terms,
  IF(n.arrived_ms = 0, :dbNowMs, n.arrived_ms), e.edge_id, e.epoch, e.version, NULL
  FROM (:rows) n JOIN edge_state e ON e.edge_id = :edgeId AND e.epoch = :epoch
ON DUPLICATE KEY UPDATE
  gone_at_ms = IF(n.arrived_ms = 0 AND waiting_call.epoch = e.epoch AND waiting_call.edge_id = e.edge_id, gone_at_ms, NULL),
  service = n.service, requirement = n.requirement, priority = n.priority, offering = n.offering,
  network_first = n.network_first, terms = n.terms,
  arrived_at_ms = IF(n.arrived_ms = 0, waiting_call.arrived_at_ms, n.arrived_ms),
  edge_id = e.edge_id, epoch = e.epoch, version = e.version
