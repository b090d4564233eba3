#!/bin/sh
# Run once, when the primary's cluster is made: lets the replica in, and makes writes wait for it from then on.
set -eu
PGOPTIONS="-c client_min_messages=warning" psql --set=ON_ERROR_STOP=1 --no-psqlrc --quiet \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=password="$(cat "${REPLICATION_PASSWORD_FILE:-/run/secrets/replication-password}")" <<'SQL'
create role replicator with replication login password :'password';
select pg_create_physical_replication_slot('replica');
-- Counts from the next start, which is the first real one: while the cluster is made, nobody follows.
alter system set synchronous_standby_names = 'replica';
SQL
printf 'host replication replicator samenet scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
