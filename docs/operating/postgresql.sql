-- Roles and database of a store. As a superuser: psql --set=ON_ERROR_STOP=1 --file=postgresql.sql
-- The passwords are set afterwards, so that they are in no file: \password offline_collect

-- Owns the tables: `init` and upgrades need it. One role for all is the simple set-up.
CREATE ROLE offline_collect LOGIN CONNECTION LIMIT 200;

-- Reads for backups, and writes nothing.
CREATE ROLE offline_collect_backup LOGIN CONNECTION LIMIT 5;
GRANT pg_read_all_data TO offline_collect_backup;

-- UTF8 has every character; C compares bytes, and so do all keys of the store.
CREATE DATABASE offline_collect OWNER offline_collect TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';

-- Nobody else connects, and nobody else makes tables.
REVOKE ALL ON DATABASE offline_collect FROM PUBLIC;
GRANT CONNECT ON DATABASE offline_collect TO offline_collect_backup;
\connect offline_collect
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO offline_collect;

-- Answers wait for commits, and commits for the disk: this is the default, and must stay so.
ALTER DATABASE offline_collect SET synchronous_commit = on;
