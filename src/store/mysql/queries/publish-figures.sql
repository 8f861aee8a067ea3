-- An edge's own rows, under its fence (the statement before); they carry its version, so readers find them as they find calls.
INSERT INTO service_figures (service, answered, abandoned, answered_in_time, abandoned_late, wait_ms, handled, handle_ms,
  edge_id, version, updated_at_ms)
SELECT n.*, e.edge_id, e.version, :dbNowMs FROM (:rows) n JOIN edge_state e ON e.edge_id = :edgeId AND e.epoch = :epoch
ON DUPLICATE KEY UPDATE answered = n.answered, abandoned = n.abandoned, answered_in_time = n.answered_in_time,
  abandoned_late = n.abandoned_late, wait_ms = n.wait_ms, handled = n.handled, handle_ms = n.handle_ms,
  version = e.version, updated_at_ms = :dbNowMs
