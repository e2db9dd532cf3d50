#!/usr/bin/env bash
# Makes the database on this machine a standby of the primary on the other one, whatever it was before, and then has the primary
# wait for it again. Run as the account of PostgreSQL, with the local database stopped: README.md, "Fail back".
#
#   rejoin.sh DATA-FOLDER NAME PRIMARY-HOST PRIMARY-PORT
#
# NAME is the name of this machine: eunomia_a or eunomia_b. Passwords come from ~/.pgpass. START in the environment is the command
# that starts the local database; as Debian has it otherwise.
set -euo pipefail
if [ $# -ne 4 ]; then
  echo "usage: rejoin.sh DATA-FOLDER NAME PRIMARY-HOST PRIMARY-PORT" >&2
  exit 2
fi
data=$1 name=$2 host=$3 port=$4
start=${START:-pg_ctlcluster 15 main start}
replicator=${PGREPLICATOR:-eunomia_standby} admin=${PGADMIN:-postgres}
bin=${PGBIN:-$(dirname "$(readlink -f "$(command -v pg_ctl || echo /usr/lib/postgresql/15/bin/pg_ctl)")")}

case $name in
  eunomia_a | eunomia_b) ;;
  *) echo "rejoin.sh: $name is not eunomia_a or eunomia_b" >&2; exit 2 ;;
esac
if [ -f "$data/postmaster.pid" ] && "$bin/pg_ctl" status --pgdata="$data" >/dev/null; then
  echo "rejoin.sh: the database in $data is running; stop it first" >&2
  exit 1
fi
# What this machine committed and nobody else has was acknowledged to nobody. It is kept aside until somebody has looked at it.
if [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; then
  mv "$data" "$data.before-$(date -u +%Y%m%dT%H%M%SZ)"
fi
"$bin/pg_basebackup" --pgdata="$data" --checkpoint=fast --wal-method=stream --write-recovery-conf \
  --dbname="host=$host port=$port user=$replicator application_name=$name"
# The primary may have said that it is alone; of this machine, should it become primary, that must be said anew.
sed -i '/^synchronous_standby_names/d' "$data/postgresql.auto.conf"
bash -c "$start"
"$bin/psql" --no-psqlrc --quiet --host="$host" --port="$port" --username="$admin" --dbname=postgres \
  --set=ON_ERROR_STOP=1 --command="ALTER SYSTEM RESET synchronous_standby_names" \
  --command="SELECT pg_reload_conf()" --output=/dev/null
echo "rejoin.sh: $name follows $host:$port; every commit waits for it from now on"
