-- What people want done with agents at their PBXes. Every statement can run twice.

-- attempt: '' until the site's process takes it. outcome: '' until it answers. holds_until_ms: until then edges take the agent for
-- paused; 0 for what makes nobody pause. Times are the database's clock.
CREATE TABLE IF NOT EXISTS command (
  command_id VARCHAR(64) NOT NULL PRIMARY KEY,
  site_id VARCHAR(64) NOT NULL,
  agent_id VARCHAR(255) NOT NULL,
  agent VARCHAR(190) NOT NULL,
  action VARCHAR(16) NOT NULL,
  reason VARCHAR(255) NOT NULL,
  queues TEXT NOT NULL,
  asked_by VARCHAR(255) NOT NULL,
  asked_at_ms BIGINT NOT NULL,
  deadline_ms BIGINT NOT NULL,
  holds_until_ms BIGINT NOT NULL,
  attempt VARCHAR(64) NOT NULL DEFAULT '',
  taken_epoch BIGINT NULL,
  outcome VARCHAR(16) NOT NULL DEFAULT '',
  said TEXT NULL,
  answered_at_ms BIGINT NULL,
  KEY site_open (site_id, deadline_ms),
  KEY holds (holds_until_ms, agent_id),
  KEY agent_holds (agent_id, holds_until_ms),
  KEY asked (asked_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
