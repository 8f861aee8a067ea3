-- Tombstones with the batch's version: for what is named, or, in a whole batch, for all that carry an older version, which
-- are those that it did not name. Found by KEY(site_id, version) or by the primary key; the site's writer is the only one.
UPDATE queue_state SET gone_at_ms = :dbNowMs, version = (SELECT version FROM site_state WHERE site_id = :siteId)
WHERE site_id = :siteId AND gone_at_ms IS NULL
  AND EXISTS (SELECT 1 FROM site_state s WHERE s.site_id = :siteId AND s.epoch = :epoch
    AND (:whole AND queue_state.version < s.version OR queue_state.queue_id IN (:ids)))
