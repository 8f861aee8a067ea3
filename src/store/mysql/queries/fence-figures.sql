-- As fence-edge.sql; assignments go from left to right, so both are the new version.
UPDATE edge_state SET version = version + 1, figures_version = version, seen_at_ms = :dbNowMs
WHERE edge_id = :edgeId AND epoch = :epoch
