-- A user a role, with the least grants. Replace the host, the passwords and the name of the database; run as an administrator.
-- `ipnt migrate` (and the embedded database) use a user with all rights on the one database:
CREATE USER 'ipnt_migrate'@'%' IDENTIFIED BY 'CHANGE-ME-1';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON ipnt.* TO 'ipnt_migrate'@'%';

-- Run the rest after `ipnt migrate`: a grant on a table needs the table.

-- `ipnt site`: writes what its PBX shows, makes reservation rows, carries out commands, and reads its own rows back.
CREATE USER 'ipnt_site'@'%' IDENTIFIED BY 'CHANGE-ME-2';
GRANT SELECT ON ipnt.schema_migration TO 'ipnt_site'@'%';
GRANT SELECT, INSERT, UPDATE ON ipnt.site_state TO 'ipnt_site'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.agent_state TO 'ipnt_site'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.queue_state TO 'ipnt_site'@'%';
GRANT INSERT ON ipnt.reservation TO 'ipnt_site'@'%';
GRANT SELECT, UPDATE, DELETE ON ipnt.command TO 'ipnt_site'@'%';

-- `ipnt edge`: reads the state, claims, writes its calls.
CREATE USER 'ipnt_edge'@'%' IDENTIFIED BY 'CHANGE-ME-3';
GRANT SELECT ON ipnt.schema_migration TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.site_state TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.agent_state TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.queue_state TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.routing TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.service_override TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.agent_profile TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.customer TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.customer_number TO 'ipnt_edge'@'%';
GRANT SELECT ON ipnt.command TO 'ipnt_edge'@'%';
GRANT SELECT, UPDATE ON ipnt.reservation TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE ON ipnt.edge_state TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.waiting_call TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.service_figures TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.callback TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.call_event TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.call_summary TO 'ipnt_edge'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON ipnt.call_interval TO 'ipnt_edge'@'%';
GRANT SELECT, UPDATE ON ipnt.call_interval_state TO 'ipnt_edge'@'%';

-- The API and the CLI: read everything, write provisioning and people, count calls, erase customers from the records of their
-- calls. Old calls are deleted by the edges; what is over of logins and the audit by the API.
CREATE USER 'ipnt_api'@'%' IDENTIFIED BY 'CHANGE-ME-4';
GRANT SELECT ON ipnt.* TO 'ipnt_api'@'%';
GRANT INSERT, DELETE ON ipnt.routing TO 'ipnt_api'@'%';
GRANT INSERT, DELETE ON ipnt.service_override TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.agent_profile TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.customer TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.customer_number TO 'ipnt_api'@'%';
GRANT INSERT ON ipnt.command TO 'ipnt_api'@'%';
GRANT UPDATE ON ipnt.callback TO 'ipnt_api'@'%';
GRANT UPDATE ON ipnt.call_event TO 'ipnt_api'@'%';
GRANT UPDATE ON ipnt.call_summary TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE ON ipnt.call_interval TO 'ipnt_api'@'%';
GRANT UPDATE ON ipnt.call_interval_state TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.user_account TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.login_session TO 'ipnt_api'@'%';
GRANT INSERT, UPDATE, DELETE ON ipnt.access_token TO 'ipnt_api'@'%';
GRANT INSERT, DELETE ON ipnt.audit TO 'ipnt_api'@'%';
