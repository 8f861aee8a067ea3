-- The fence without a version, for what readers do not read: the edge's row is locked until COMMIT.
UPDATE edge_state SET seen_at_ms = :dbNowMs WHERE edge_id = :edgeId AND epoch = :epoch
