#!/bin/sh
# Maru's three roles and its database, when the data folder is made: the statements of docs/deployment.md. psql reads the
# passwords from the environment by itself, so that no command line shows them.
set -eu
: "${OWNER_PASSWORD:?is not set in db.env}" "${APP_PASSWORD:?is not set in db.env}" "${WORKER_PASSWORD:?is not set in db.env}"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv app APP_PASSWORD
\getenv worker WORKER_PASSWORD
SET log_min_error_statement = 'panic';
SET log_statement = 'none';
SET password_encryption = 'scram-sha-256';
CREATE ROLE maru_owner LOGIN CREATEDB BYPASSRLS PASSWORD :'owner';
CREATE ROLE maru_app LOGIN PASSWORD :'app';
CREATE ROLE maru_worker LOGIN BYPASSRLS PASSWORD :'worker';
CREATE DATABASE maru OWNER maru_owner ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C' TEMPLATE template0;
\connect template1
CREATE EXTENSION IF NOT EXISTS vector;
\connect maru
CREATE EXTENSION IF NOT EXISTS vector;
GRANT CREATE, USAGE ON SCHEMA public TO maru_owner;
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
SQL
