-- The owner alone answers, and once: the same answer again (its own was lost) changes nothing. One row's lock. What was done, or may
-- have been, holds the agent for the moment in which his site's row is still the old one; what was not done sets him free at once.
UPDATE command SET outcome = :outcome, said = :said, answered_at_ms = :dbNowMs,
  holds_until_ms = IF(holds_until_ms = 0 OR :isOver, 0, :dbNowMs + :settlesMs)
WHERE command_id = :commandId AND taken_epoch = :epoch AND outcome IN ('', :outcome)
  AND EXISTS (SELECT 1 FROM site_state s WHERE s.site_id = :siteId AND s.epoch = :epoch)
