-- As fence-site.sql, for an edge's waiting calls.
UPDATE edge_state SET version = version + 1, seen_at_ms = :dbNowMs WHERE edge_id = :edgeId AND epoch = :epoch
