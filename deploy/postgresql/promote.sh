#!/usr/bin/env bash
# Makes the standby on this machine the primary. Run as the account of PostgreSQL, when the old primary is dead or has been
# stopped: README.md, "Failover".
#
#   promote.sh DATA-FOLDER PORT [SOCKET-FOLDER]
#
# Until the other machine is a standby again there is one copy of the data only. That is said here once, because otherwise no
# commit would be acknowledged; `rejoin.sh` takes it back.
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "usage: promote.sh DATA-FOLDER PORT [SOCKET-FOLDER]" >&2
  exit 2
fi
data=$1 port=$2 socket=${3:-/var/run/postgresql}
bin=${PGBIN:-$(dirname "$(readlink -f "$(command -v pg_ctl || echo /usr/lib/postgresql/15/bin/pg_ctl)")")}

if [ ! -f "$data/standby.signal" ]; then
  echo "promote.sh: $data is no standby; nothing was done" >&2
  exit 1
fi
"$bin/pg_ctl" promote --wait --timeout=60 --pgdata="$data" --silent
"$bin/psql" --no-psqlrc --quiet --host="$socket" --port="$port" --dbname=postgres --set=ON_ERROR_STOP=1 \
  --command="ALTER SYSTEM SET synchronous_standby_names = ''" \
  --command="SELECT pg_reload_conf()" --output=/dev/null
echo "promote.sh: this machine is the primary now, and alone; make the other one a standby with rejoin.sh soon"
