-- The row decides, once: whoever finds `attempt` empty has it. One autocommit statement that locks that row alone; the fence is read
-- without a lock, which is enough: a process that was superseded a moment ago took it before its successor could, and no other can.
-- An attempt that is ours already wins again, whatever the time: the answer to the first try was lost.
UPDATE command SET attempt = :attempt, taken_epoch = :epoch
WHERE command_id = :commandId AND site_id = :siteId AND (attempt = :attempt OR (
  attempt = '' AND deadline_ms > :dbNowMs
  AND EXISTS (SELECT 1 FROM site_state s WHERE s.site_id = :siteId AND s.epoch = :epoch)));
SELECT deadline_ms - :dbNowMs AS left_ms FROM command WHERE command_id = :commandId AND attempt = :attempt
