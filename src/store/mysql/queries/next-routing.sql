-- The next version, whole: what is not given is that of the version before, copied here so that megabytes need not travel. A number
-- that is taken refuses it (1062). A program of the schema before left rules_version 0: its rules came with its version.
INSERT INTO routing (version, services, calendars, sites, applied_by, applied_at_ms, what, rules_version, waiting_version)
SELECT :version, IF(:isNew, :services, COALESCE(o.services, '[]')), IF(:isNew, :calendars, o.calendars),
  IF(:isNew, :sites, o.sites), :by, :dbNowMs, :what,
  IF(:isNew, :version, COALESCE(NULLIF(o.rules_version, 0), o.version, 0)),
  IF(:waiting, :version, COALESCE(o.waiting_version, 0))
FROM (SELECT 1 AS one) n LEFT JOIN routing o ON o.version = :before
