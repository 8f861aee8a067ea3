-- Routing as data: what agents can do, who calls, calls back, what a service's line is like.
-- Every statement can run twice: the migrator takes "there already" from ALTER TABLE for done. Columns have defaults or are
-- nullable, so that a program of the schema before goes on writing.

ALTER TABLE agent_state
  ADD COLUMN calls_taken INT NOT NULL DEFAULT 0,
  ADD COLUMN occupancy DOUBLE NOT NULL DEFAULT 0,
  ADD COLUMN occupancy_at_ms BIGINT NOT NULL DEFAULT 0;

-- JSON: strategy, ageing, preferred, preferredUntilMs, step.
ALTER TABLE waiting_call ADD COLUMN terms TEXT NULL;

ALTER TABLE reservation ADD COLUMN claimed_at_ms BIGINT NOT NULL DEFAULT 0;

-- The version with which it last wrote figures: readers look at them when it has changed.
ALTER TABLE edge_state ADD COLUMN figures_version BIGINT NOT NULL DEFAULT 0;

-- What an edge saw of a service over the window; an edge writes its own rows, with its version.
CREATE TABLE IF NOT EXISTS service_figures (
  edge_id VARCHAR(64) NOT NULL,
  service VARCHAR(190) NOT NULL,
  version BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  answered INT NOT NULL,
  abandoned INT NOT NULL,
  answered_in_time INT NOT NULL,
  abandoned_late INT NOT NULL,
  wait_ms BIGINT NOT NULL,
  handled INT NOT NULL,
  handle_ms BIGINT NOT NULL,
  PRIMARY KEY (edge_id, service),
  KEY edge_version (edge_id, version),
  KEY service (service),
  KEY updated (updated_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Each version holds the rules whole. rules_version: the one at which they came into force; 0 for its own.
ALTER TABLE routing
  ADD COLUMN calendars MEDIUMTEXT NULL,
  ADD COLUMN sites MEDIUMTEXT NULL,
  ADD COLUMN what VARCHAR(512) NOT NULL DEFAULT 'applied',
  ADD COLUMN rules_version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN waiting_version BIGINT NOT NULL DEFAULT 0;

-- Overrides and profiles stand beside the versions, as they stand now: each change of them makes a version.
CREATE TABLE IF NOT EXISTS service_override (
  service VARCHAR(190) NOT NULL PRIMARY KEY,
  state VARCHAR(16) NOT NULL,
  set_by VARCHAR(255) NOT NULL,
  why VARCHAR(255) NOT NULL,
  at_ms BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS agent_profile (
  agent_id VARCHAR(255) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  title VARCHAR(255) NOT NULL,
  skills TEXT NOT NULL,
  attributes TEXT NOT NULL,
  wrap_up_ms BIGINT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS customer (
  customer_id VARCHAR(190) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  priority INT NULL,
  requirement TEXT NOT NULL,
  preferred TEXT NOT NULL,
  attributes TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS customer_number (
  number VARCHAR(64) NOT NULL PRIMARY KEY,
  customer_id VARCHAR(190) NOT NULL,
  KEY customer (customer_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- pending is 1, or NULL when it is over: NULLs are not equal, so a number has one pending callback a service.
CREATE TABLE IF NOT EXISTS callback (
  call_id VARCHAR(190) NOT NULL PRIMARY KEY,
  edge_id VARCHAR(64) NOT NULL,
  service VARCHAR(190) NOT NULL,
  number VARCHAR(190) NOT NULL,
  caller_name VARCHAR(255) NOT NULL,
  dnis VARCHAR(190) NOT NULL,
  requirement TEXT NOT NULL,
  priority INT NOT NULL,
  arrived_at_ms BIGINT NOT NULL,
  tries INT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  pending TINYINT NULL,
  how VARCHAR(16) NOT NULL DEFAULT '',
  ended_at_ms BIGINT NULL,
  UNIQUE KEY one_a_number (number, service, pending),
  KEY pending_edge (pending, edge_id),
  KEY ended (ended_at_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Found by whom they are about, to be erased. has_decisions: those of old calls are purged before the rest.
ALTER TABLE call_summary
  ADD COLUMN customer_id VARCHAR(190) NOT NULL DEFAULT '',
  ADD COLUMN has_decisions TINYINT NOT NULL DEFAULT 1,
  ADD KEY customer (customer_id),
  ADD KEY ani (ani, arrived_at_ms),
  ADD KEY decisions (has_decisions, arrived_at_ms);
