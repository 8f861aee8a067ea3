-- Written whole from all facts of the call, under the locks of lock-summaries.sql.
INSERT INTO call_summary (call_id, edge_id, service, ani, dnis, arrived_at_ms, ended_at_ms, agent_id, site_id, wait_ms,
  talk_ms, offers, outcome, status, customer_id)
SELECT n.* FROM (:rows) n
ON DUPLICATE KEY UPDATE edge_id = n.edge_id, service = n.service, ani = n.ani, dnis = n.dnis,
  arrived_at_ms = n.arrived_at_ms, ended_at_ms = n.ended_at_ms, agent_id = n.agent_id, site_id = n.site_id,
  wait_ms = n.wait_ms, talk_ms = n.talk_ms, offers = n.offers, outcome = n.outcome, status = n.status,
  customer_id = n.customer_id
