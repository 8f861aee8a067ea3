-- An agent's reservation exists before anybody claims him. Waits at most for a claim's one statement where it exists already.
INSERT IGNORE INTO reservation (agent_id, changed_at_ms)
SELECT n.agent_id, :dbNowMs FROM (:rows) n JOIN site_state s ON s.site_id = :siteId AND s.epoch = :epoch
