-- A number belongs to whoever was imported with it last.
INSERT INTO customer_number (number, customer_id) SELECT n.* FROM (:rows) n ON DUPLICATE KEY UPDATE customer_id = n.customer_id
