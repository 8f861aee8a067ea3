-- Counts the calls that arrived within :ranges anew, by service and quarter of an hour; what is so already stays untouched. As
-- core/stats/call-counts.ts counts. Under the lock of call_interval_state, so that an older count never replaces a newer one; the calls are
-- read without a lock (READ COMMITTED), by KEY(arrived_at_ms). :levels is T by service.
INSERT INTO call_interval (start_ms, service, offered, in_progress, answered, abandoned, overflowed, defaulted, redirected,
  called_back, closed, failed, reached, reached_in_time, abandoned_late, wait_ms, longest_wait_ms, abandoned_wait_ms, talks, talk_ms)
SELECT n.* FROM (
  SELECT c.start_ms, c.service, COUNT(*) AS offered, SUM(c.outcome = '') AS in_progress, SUM(c.outcome = 'answered') AS answered,
    SUM(c.outcome = 'abandoned') AS abandoned, SUM(c.outcome = 'overflowed') AS overflowed,
    SUM(c.outcome = 'defaulted') AS defaulted, SUM(c.outcome = 'redirected') AS redirected,
    SUM(c.outcome = 'called_back') AS called_back, SUM(c.outcome = 'closed') AS closed,
    -- An outcome of a later program's is told as failed, too.
    SUM(c.outcome NOT IN ('', 'answered', 'abandoned', 'overflowed', 'defaulted', 'redirected', 'called_back', 'closed')) AS failed,
    SUM(c.reached) AS reached, SUM(c.reached AND c.known_wait_ms <= c.level_ms) AS reached_in_time,
    SUM(c.gave_up_ms > c.level_ms) AS abandoned_late,
    SUM(IF(c.reached, COALESCE(c.wait_ms, 0), 0)) AS wait_ms, MAX(IF(c.reached, COALESCE(c.wait_ms, 0), 0)) AS longest_wait_ms,
    SUM(c.gave_up_ms) AS abandoned_wait_ms, SUM(c.talk_ms > 0) AS talks, SUM(c.talk_ms) AS talk_ms
  FROM (
    SELECT arrived_at_ms DIV 900000 * 900000 AS start_ms, service, COALESCE(outcome, '') AS outcome, wait_ms,
      COALESCE(wait_ms, 9000000000000000) AS known_wait_ms, COALESCE(talk_ms, 0) AS talk_ms,
      (COALESCE(outcome, '') IN ('answered', 'redirected') OR (outcome IS NULL AND status = 'ANSWERED')) AS reached,
      IF(outcome = 'abandoned', COALESCE(wait_ms, GREATEST(0, ended_at_ms - arrived_at_ms), 0), 0) AS gave_up_ms,
      :levels AS level_ms
    FROM call_summary WHERE (:ranges) AND service <> ''
  ) c GROUP BY c.service, c.start_ms
) n
ON DUPLICATE KEY UPDATE offered = n.offered, in_progress = n.in_progress, answered = n.answered, abandoned = n.abandoned,
  overflowed = n.overflowed, defaulted = n.defaulted, redirected = n.redirected, called_back = n.called_back, closed = n.closed,
  failed = n.failed, reached = n.reached, reached_in_time = n.reached_in_time, abandoned_late = n.abandoned_late,
  wait_ms = n.wait_ms, longest_wait_ms = n.longest_wait_ms, abandoned_wait_ms = n.abandoned_wait_ms, talks = n.talks,
  talk_ms = n.talk_ms
