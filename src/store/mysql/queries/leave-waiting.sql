-- Rows of this edge alone, under its fence (the statement before).
UPDATE waiting_call SET gone_at_ms = :dbNowMs, version = (SELECT version FROM edge_state WHERE edge_id = :edgeId)
WHERE call_id IN (:callIds) AND edge_id = :edgeId AND gone_at_ms IS NULL
  AND EXISTS (SELECT 1 FROM edge_state e WHERE e.edge_id = :edgeId AND e.epoch = :epoch)
