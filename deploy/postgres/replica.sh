#!/bin/sh
# Starts the replica; where its volume is empty, it first copies the primary. After a promotion it starts as the primary that it is.
set -eu
umask 077
# The password is read anew at each start, and kept in memory only.
printf '%s:*:*:replicator:%s\n' "$PRIMARY_HOST" "$(cat "$REPLICATION_PASSWORD_FILE")" > "${PASSFILE:=/tmp/replicator.pgpass}"
follow="host=$PRIMARY_HOST port=${PRIMARY_PORT:-5432} user=replicator passfile=$PASSFILE application_name=replica"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Beside its place until it is whole: a copy that was cut short is begun again.
  rm -rf "$PGDATA.copy"
  mkdir -p "$(dirname "$PGDATA")"
  pg_basebackup --dbname="$follow" --pgdata="$PGDATA.copy" --slot=replica --wal-method=stream --checkpoint=fast --no-password
  touch "$PGDATA.copy/standby.signal"
  # It waits for nobody when it is promoted; whoever then adds a replica says so again.
  printf "synchronous_standby_names = ''\n" >> "$PGDATA.copy/postgresql.auto.conf"
  if [ -d "$PGDATA" ]; then rmdir "$PGDATA"; fi
  mv "$PGDATA.copy" "$PGDATA"
fi
# Every write waits until it follows again: it looks for a primary that was restarted each second.
exec "$@" -c primary_conninfo="$follow" -c primary_slot_name=replica -c wal_retrieve_retry_interval=1s
