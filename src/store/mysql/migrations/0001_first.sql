-- Times that end in _ms are epoch milliseconds. Those of leases, freshness, arrival and changes are the database's clock;
-- those that a PBX reported are its adapter's. utf8mb4_bin: PJSIP/a and PJSIP/A are two devices.
-- Every statement can run twice: a migration that was cut off is run again from its beginning.

CREATE TABLE IF NOT EXISTS site_state (
  site_id VARCHAR(64) NOT NULL PRIMARY KEY,
  title VARCHAR(255) NOT NULL DEFAULT '',
  epoch BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0,
  holder VARCHAR(255) NOT NULL DEFAULT '',
  lease_until_ms BIGINT NOT NULL DEFAULT 0,
  connection VARCHAR(16) NOT NULL DEFAULT 'connecting',
  pbx_seen_at_ms BIGINT NOT NULL DEFAULT 0,
  calls_in_progress INT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS agent_state (
  agent_id VARCHAR(255) NOT NULL PRIMARY KEY,
  site_id VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL,
  gone_at_ms BIGINT NULL,
  name VARCHAR(190) NOT NULL,
  title VARCHAR(255) NOT NULL,
  address VARCHAR(190) NULL,
  status VARCHAR(16) NOT NULL,
  pause_reason VARCHAR(255) NOT NULL,
  status_since_ms BIGINT NOT NULL,
  activity VARCHAR(16) NOT NULL,
  activity_since_ms BIGINT NOT NULL,
  idle_since_ms BIGINT NOT NULL,
  last_call_end_ms BIGINT NULL,
  wrap_up_until_ms BIGINT NULL,
  skills MEDIUMTEXT NOT NULL,
  memberships MEDIUMTEXT NOT NULL,
  KEY site_version (site_id, version),
  KEY gone (gone_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS queue_state (
  queue_id VARCHAR(255) NOT NULL PRIMARY KEY,
  site_id VARCHAR(64) NOT NULL,
  version BIGINT NOT NULL,
  gone_at_ms BIGINT NULL,
  name VARCHAR(190) NOT NULL,
  waiting INT NOT NULL,
  longest_since_ms BIGINT NULL,
  logged_in INT NOT NULL,
  ready INT NOT NULL,
  on_calls INT NOT NULL,
  window_ms BIGINT NOT NULL,
  offered INT NOT NULL,
  answered INT NOT NULL,
  abandoned INT NOT NULL,
  mean_wait_ms DOUBLE NULL,
  mean_handle_ms DOUBLE NULL,
  service_level DOUBLE NULL,
  KEY site_version (site_id, version),
  KEY gone (gone_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS edge_state (
  edge_id VARCHAR(64) NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0,
  holder VARCHAR(255) NOT NULL DEFAULT '',
  lease_until_ms BIGINT NOT NULL DEFAULT 0,
  seen_at_ms BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS waiting_call (
  call_id VARCHAR(190) NOT NULL PRIMARY KEY,
  edge_id VARCHAR(64) NOT NULL,
  epoch BIGINT NOT NULL,
  version BIGINT NOT NULL,
  gone_at_ms BIGINT NULL,
  service VARCHAR(190) NOT NULL,
  requirement TEXT NOT NULL,
  priority INT NOT NULL,
  arrived_at_ms BIGINT NOT NULL,
  offering TINYINT NOT NULL,
  network_first TINYINT NOT NULL,
  KEY edge_version (edge_id, version),
  KEY gone (gone_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- One row an agent, there before it is claimed. The only rows that several processes contend for.
CREATE TABLE IF NOT EXISTS reservation (
  agent_id VARCHAR(255) NOT NULL PRIMARY KEY,
  phase VARCHAR(16) NOT NULL DEFAULT 'free',
  token VARCHAR(190) NOT NULL DEFAULT '',
  call_id VARCHAR(190) NOT NULL DEFAULT '',
  edge_id VARCHAR(64) NOT NULL DEFAULT '',
  hold_reason VARCHAR(16) NOT NULL DEFAULT '',
  expires_at_ms BIGINT NOT NULL DEFAULT 0,
  changed_at_ms BIGINT NOT NULL DEFAULT 0,
  idle_since_ms BIGINT NOT NULL DEFAULT 0,
  no_answers INT NOT NULL DEFAULT 0,
  KEY changed (changed_at_ms),
  KEY token (token)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS call_event (
  call_id VARCHAR(190) NOT NULL,
  seq INT NOT NULL,
  at_ms BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  fact MEDIUMTEXT NOT NULL,
  PRIMARY KEY (call_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS call_summary (
  call_id VARCHAR(190) NOT NULL PRIMARY KEY,
  edge_id VARCHAR(64) NOT NULL DEFAULT '',
  service VARCHAR(190) NOT NULL DEFAULT '',
  ani VARCHAR(190) NOT NULL DEFAULT '',
  dnis VARCHAR(190) NOT NULL DEFAULT '',
  arrived_at_ms BIGINT NOT NULL DEFAULT 0,
  ended_at_ms BIGINT NULL,
  agent_id VARCHAR(255) NOT NULL DEFAULT '',
  site_id VARCHAR(64) NOT NULL DEFAULT '',
  wait_ms BIGINT NULL,
  talk_ms BIGINT NULL,
  offers INT NOT NULL DEFAULT 0,
  outcome VARCHAR(16) NULL,
  status VARCHAR(16) NOT NULL DEFAULT '',
  KEY arrived (arrived_at_ms),
  KEY service_arrived (service, arrived_at_ms),
  KEY outcome_arrived (outcome, arrived_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every version that was ever applied; the highest is the one in force.
CREATE TABLE IF NOT EXISTS routing (
  version BIGINT NOT NULL PRIMARY KEY,
  services MEDIUMTEXT NOT NULL,
  applied_by VARCHAR(255) NOT NULL,
  applied_at_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
