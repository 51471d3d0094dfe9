#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Races as named steps, with PostgreSQL's own isolationtester (postgresql-server-dev): every *.spec of
# this directory is played and compared with expected/<name>.out. Works on a copy of the database, so
# it leaves nothing behind. TAP on standard output.
#
# usage: run.sh [--accept] [DATABASE_URL]   (a superuser's; default: the environment's)
#   --accept  write what happened to expected/, to be read before it is committed
set -euo pipefail
cd "$(dirname "$0")"

accept=
[ "${1:-}" != --accept ] || { accept=yes && shift; }
url=${1:-${DATABASE_URL:?the address of a migrated database, as argument or DATABASE_URL}}
pg_config=${PG_CONFIG:-pg_config}
tester=$("$pg_config" --pkglibdir)/pgxs/src/test/isolation/isolationtester
[ -x "$tester" ] || {
	echo "isolationtester is missing: apt-get install postgresql-server-dev-15" >&2
	exit 1
}

query() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$url" "$@"; }
name=$(query -c 'select current_database()')
copy=roadshow_isolation_$$
work=$(mktemp -d)
finish() {
	psql -X -q "${admin:-$url}" -c "drop database if exists $copy" > /dev/null 2>&1 || true
	rm -rf "$work"
}
trap finish EXIT

# The same server, another database: libpq reads the last dbname of a connection string.
case $url in
*://*\?*) with() { sed -E "s#^([^?]*://[^/?]*)(/[^?]*)?\?#\1/$1?#" <<< "$url"; } ;;
*://*) with() { sed -E "s#^([^?]*://[^/?]*)(/[^?]*)?\$#\1/$1#" <<< "$url"; } ;;
*) with() { echo "$url dbname=$1"; } ;;
esac
admin=$(with postgres)
psql -X -q -v ON_ERROR_STOP=1 "$admin" -c "create database $copy template \"$name\""

specs=(*.spec)
echo "1..${#specs[@]}"
status=0 number=0
for spec in "${specs[@]}"; do
	number=$((number + 1)) test=${spec%.spec}
	played=0
	PGOPTIONS='-c timezone=UTC' "$tester" "$(with "$copy")" < "$spec" > "$work/$test.out" 2>&1 || played=1
	[ -z "$accept" ] || cp "$work/$test.out" "expected/$test.out"
	if [ $played = 0 ] && diff -u "expected/$test.out" "$work/$test.out" > "$work/diff"; then
		echo "ok $number - $test: $(grep -c '^starting permutation' "$work/$test.out") permutations"
	else
		[ $played = 0 ] || cp "$work/$test.out" "$work/diff"
		sed 's/^/# /' "$work/diff"
		echo "not ok $number - $test"
		status=1
	fi
done
exit $status
