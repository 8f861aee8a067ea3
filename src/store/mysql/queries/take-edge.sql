-- As take-site.sql. The new epoch buries the waiting calls of the old one: those that are still there are placed again and
-- keep their arrival. `holder` is this process, so nothing is buried where another one holds the lease.
INSERT IGNORE INTO edge_state (edge_id) SELECT :edgeId FROM DUAL
  WHERE NOT EXISTS (SELECT 1 FROM edge_state WHERE edge_id = :edgeId);
UPDATE edge_state SET epoch = epoch + 1, version = version + 1, holder = :holder, lease_until_ms = :dbNowMs + :leaseMs,
  seen_at_ms = :dbNowMs
  WHERE edge_id = :edgeId AND (lease_until_ms <= :dbNowMs OR holder = :holder);
UPDATE waiting_call SET gone_at_ms = :dbNowMs, version = (SELECT version FROM edge_state WHERE edge_id = :edgeId)
  WHERE edge_id = :edgeId AND gone_at_ms IS NULL
    AND EXISTS (SELECT 1 FROM edge_state e WHERE e.edge_id = :edgeId AND e.holder = :holder AND e.epoch > waiting_call.epoch);
SELECT epoch FROM edge_state WHERE edge_id = :edgeId
