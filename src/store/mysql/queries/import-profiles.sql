-- Profiles with the version that they came with: a whole import takes away those of another.
INSERT INTO agent_profile (agent_id, version, title, skills, attributes, wrap_up_ms) SELECT n.* FROM (:rows) n
ON DUPLICATE KEY UPDATE version = n.version, title = n.title, skills = n.skills, attributes = n.attributes,
  wrap_up_ms = n.wrap_up_ms
