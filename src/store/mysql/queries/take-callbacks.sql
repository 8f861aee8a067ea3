-- Those of silent and stopped edges become ours, under our fence (the statement before). Two that take at once come after one
-- another on the row: the second finds it with a living edge.
UPDATE callback SET edge_id = :edgeId
WHERE pending = 1 AND edge_id <> :edgeId
  AND NOT EXISTS (SELECT 1 FROM edge_state o WHERE o.edge_id = callback.edge_id AND o.seen_at_ms > :dbNowMs - :deadMs)
  AND EXISTS (SELECT 1 FROM edge_state e WHERE e.edge_id = :edgeId AND e.epoch = :epoch)
