-- The lease decides: a higher epoch for whoever comes when it has expired, or for its holder. The row's lock serialises
-- contenders; the INSERT locks nothing where the row exists. A takeover waits for the old writer's open transaction.
INSERT IGNORE INTO site_state (site_id) SELECT :siteId FROM DUAL
  WHERE NOT EXISTS (SELECT 1 FROM site_state WHERE site_id = :siteId);
UPDATE site_state SET epoch = epoch + 1, holder = :holder, lease_until_ms = :dbNowMs + :leaseMs, title = :title,
  connection = 'connecting', pbx_seen_at_ms = 0
  WHERE site_id = :siteId AND (lease_until_ms <= :dbNowMs OR holder = :holder);
SELECT epoch FROM site_state WHERE site_id = :siteId
