-- First in the transaction: makes and locks the rows of these calls (sorted), so that two writers of one call come after one
-- another, and the second one reads the facts of the first.
INSERT INTO call_summary (call_id) SELECT n.* FROM (:rows) n ON DUPLICATE KEY UPDATE call_id = call_summary.call_id
