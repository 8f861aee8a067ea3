-- Sorted by id, as all that write several rows do.
INSERT INTO customer (customer_id, name, priority, requirement, preferred, attributes) SELECT n.* FROM (:rows) n
ON DUPLICATE KEY UPDATE name = n.name, priority = n.priority, requirement = n.requirement, preferred = n.preferred,
  attributes = n.attributes
