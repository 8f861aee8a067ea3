-- Rows of this edge alone, under its fence (the statement before).
UPDATE waiting_call SET offering = IF(call_id IN (:offering), 1, IF(call_id IN (:resting), 0, offering)),
  gone_at_ms = IF(call_id IN (:gone) AND gone_at_ms IS NULL, :dbNowMs, gone_at_ms),
  version = (SELECT version FROM edge_state WHERE edge_id = :edgeId)
WHERE call_id IN (:all) AND edge_id = :edgeId
  AND EXISTS (SELECT 1 FROM edge_state e WHERE e.edge_id = :edgeId AND e.epoch = :epoch)
