-- Each second: freshness and lease, without a version. One row by its key.
UPDATE site_state SET pbx_seen_at_ms = IF(:agoMs IS NULL, 0, :dbNowMs - :agoMs), lease_until_ms = :dbNowMs + :leaseMs
WHERE site_id = :siteId AND epoch = :epoch
