-- As publish-agents.sql.
INSERT INTO queue_state (queue_id, name, waiting, longest_since_ms, logged_in, ready, on_calls, window_ms, offered, answered,
  abandoned, mean_wait_ms, mean_handle_ms, service_level, site_id, version, gone_at_ms)
SELECT n.*, s.site_id, s.version, NULL FROM (:rows) n JOIN site_state s ON s.site_id = :siteId AND s.epoch = :epoch
ON DUPLICATE KEY UPDATE name = n.name, waiting = n.waiting, longest_since_ms = n.longest_since_ms,
  logged_in = n.logged_in, ready = n.ready, on_calls = n.on_calls, window_ms = n.window_ms, offered = n.offered,
  answered = n.answered, abandoned = n.abandoned, mean_wait_ms = n.mean_wait_ms, mean_handle_ms = n.mean_handle_ms,
  service_level = n.service_level, site_id = s.site_id, version = s.version, gone_at_ms = NULL
