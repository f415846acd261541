-- Database roles of the scaled form: the owner migrates; the application appends to the journal, and nobody alters it.
-- Run as the owner after every `comity-server migrate`; it may be run again:
--   psql --set ON_ERROR_STOP=1 --set password=… --file config/roles.sql DATABASE

SELECT 'CREATE ROLE comity_app LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'comity_app') \gexec
ALTER ROLE comity_app PASSWORD :'password';

GRANT CONNECT ON DATABASE :"DBNAME" TO comity_app;
GRANT USAGE ON SCHEMA public TO comity_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO comity_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO comity_app;

-- A line is written once.  The head moves forward, and is never taken away.
REVOKE UPDATE, DELETE, TRUNCATE ON journal FROM comity_app;
REVOKE DELETE, TRUNCATE ON journal_head FROM comity_app;

-- The log's tree only grows, and what was signed is not written over.  Old states may be thinned out.
REVOKE DELETE, TRUNCATE ON log_head, log_tile, log_day FROM comity_app;
REVOKE UPDATE, TRUNCATE ON log_checkpoint FROM comity_app;
REVOKE UPDATE ON log_day FROM comity_app;

-- The schema is the owner's.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM comity_app;
