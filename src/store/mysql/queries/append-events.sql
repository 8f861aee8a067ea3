-- Idempotent by (call, seq): the first one stays. Not INSERT IGNORE, which would cut what does not fit instead of refusing it.
INSERT INTO call_event (call_id, seq, at_ms, kind, fact)
SELECT n.* FROM (:rows) n ON DUPLICATE KEY UPDATE seq = call_event.seq
