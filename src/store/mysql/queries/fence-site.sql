-- First statement of a batch: matches no row when somebody has taken a higher epoch, and then no later one does either.
-- Holds the site's row until COMMIT: versions become visible in their order, so a reader who has seen one has seen all below.
UPDATE site_state SET version = version + 1, connection = :connection, calls_in_progress = :callsInProgress,
  pbx_seen_at_ms = IF(:agoMs IS NULL, 0, :dbNowMs - :agoMs), lease_until_ms = :dbNowMs + :leaseMs
WHERE site_id = :siteId AND epoch = :epoch
