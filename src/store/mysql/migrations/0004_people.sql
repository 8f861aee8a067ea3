-- Who uses the API, who changed what, and counts of calls that outlive the calls.
-- Every statement can run twice. Columns have defaults, so that a program of the schema before goes on writing.

-- sites and services: JSON lists. changed_at_ms: of the password.
CREATE TABLE IF NOT EXISTS user_account (
  name VARCHAR(190) NOT NULL PRIMARY KEY,
  role VARCHAR(16) NOT NULL,
  sites TEXT NOT NULL,
  services TEXT NOT NULL,
  agent_id VARCHAR(255) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  is_disabled TINYINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  changed_at_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- secret_hash: SHA-256 of what the cookie holds, in hex.
CREATE TABLE IF NOT EXISTS login_session (
  secret_hash VARCHAR(64) NOT NULL PRIMARY KEY,
  user_name VARCHAR(190) NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  KEY user_name (user_name),
  KEY expires (expires_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS access_token (
  token_id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(190) NOT NULL,
  role VARCHAR(16) NOT NULL,
  sites TEXT NOT NULL,
  services TEXT NOT NULL,
  agent_id VARCHAR(255) NOT NULL,
  secret_hash VARCHAR(64) NOT NULL,
  created_by VARCHAR(255) NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NULL,
  last_used_ms BIGINT NULL,
  UNIQUE KEY secret (secret_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit (
  audit_id VARCHAR(64) NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  changed_by VARCHAR(190) NOT NULL,
  via VARCHAR(16) NOT NULL,
  address VARCHAR(64) NOT NULL,
  action VARCHAR(64) NOT NULL,
  target VARCHAR(255) NOT NULL,
  detail TEXT NOT NULL,
  KEY at (at_ms),
  KEY changed_by (changed_by, at_ms),
  KEY action (action, at_ms),
  KEY target (target, at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The calls of a service that arrived in a quarter of an hour.
CREATE TABLE IF NOT EXISTS call_interval (
  start_ms BIGINT NOT NULL,
  service VARCHAR(190) NOT NULL,
  offered INT NOT NULL,
  in_progress INT NOT NULL,
  answered INT NOT NULL,
  abandoned INT NOT NULL,
  overflowed INT NOT NULL,
  defaulted INT NOT NULL,
  redirected INT NOT NULL,
  called_back INT NOT NULL,
  closed INT NOT NULL,
  failed INT NOT NULL,
  reached INT NOT NULL,
  reached_in_time INT NOT NULL,
  abandoned_late INT NOT NULL,
  wait_ms BIGINT NOT NULL,
  longest_wait_ms BIGINT NOT NULL,
  abandoned_wait_ms BIGINT NOT NULL,
  talks INT NOT NULL,
  talk_ms BIGINT NOT NULL,
  PRIMARY KEY (start_ms, service),
  KEY service_start (service, start_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row, locked by whoever counts. counted_until_ms: calls that changed up to then are counted. kept_from_ms: of calls that arrived
-- before some may be deleted, so that they are counted no more. filled_from_ms: calls of the time before this table are counted back to here, a
-- day at a time; 0: all of them.
CREATE TABLE IF NOT EXISTS call_interval_state (
  id INT NOT NULL PRIMARY KEY,
  counted_until_ms BIGINT NOT NULL,
  kept_from_ms BIGINT NOT NULL,
  filled_from_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- changed_at: written by the database itself, whichever program writes the row. Calls that are there already count as changed long ago, so
-- the first count does not take all of them at once. has_numbers: 0 when who called was taken out for its age.
ALTER TABLE call_summary
  ADD COLUMN changed_at TIMESTAMP(3) NOT NULL DEFAULT '1970-01-02 00:00:00',
  ADD COLUMN has_numbers TINYINT NOT NULL DEFAULT 1,
  ADD KEY changed (changed_at, arrived_at_ms),
  ADD KEY numbers (has_numbers, arrived_at_ms),
  ADD KEY agent_arrived (agent_id, arrived_at_ms),
  ADD KEY dnis_arrived (dnis, arrived_at_ms);

ALTER TABLE call_summary
  MODIFY COLUMN changed_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3);

INSERT INTO call_interval_state (id, counted_until_ms, kept_from_ms, filled_from_ms)
SELECT n.* FROM (SELECT 1 AS id, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS until_ms, 0 AS kept_ms,
  IF(EXISTS (SELECT 1 FROM call_summary), CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED), 0) AS filled_ms) n
ON DUPLICATE KEY UPDATE id = call_interval_state.id;
