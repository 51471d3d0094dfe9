#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Shows that the command line does what it says and ends with the status it documents; that migrations
# are applied once whoever runs them and whenever they are killed; that the janitor starts, beats and
# stops. TAP on standard output. Runs itself beside a throw-away PostgreSQL.
set -uo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
BIN=${ROADSHOW_BIN:-$here/build/release}
if [ -z "${CLI_TESTS_INSIDE:-}" ]; then
	# A language's locale for the server, which no system needs to have: one of another name.
	LOCPATH=$(mktemp -d)
	export LOCPATH
	chmod 755 "$LOCPATH"
	cp -r /usr/lib/locale/C.utf8 "$LOCPATH/C.utf8" && cp -r "$LOCPATH/C.utf8" "$LOCPATH/xx_XX.utf8"
	CLI_TESTS_INSIDE=1 "$here/script/with-db" --empty "$0" && status=0 || status=$?
	rm -rf "$LOCPATH"
	exit $status
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
count=0

# check "what it shows" command…: the command succeeds, or its output is told.
check() {
	local what=$1 out
	shift
	count=$((count + 1))
	if out=$("$@" 2>&1); then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		printf '%s\n' "$out" | tail -n 20 | sed 's/^/# /'
	fi
}

# ends STATUS PATTERN command…: the status, and the output holds the pattern.
ends() {
	local status=$1 pattern=$2 got=0 out
	shift 2
	out=$("$@" 2>&1) || got=$?
	printf '%s\n(status %s)\n' "$out" "$got"
	[ "$got" = "$status" ] && grep -qE -- "$pattern" <<< "$out"
}

roadshow() { "$BIN/roadshow" "$@"; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d "${1}" -c "${2}"; }
url() { echo "postgresql://${2:-postgres}@/$1?host=$PGHOST&port=$PGPORT"; }
database() { sql postgres "create database $1 ${2:-}"; }
on() { # DATABASE command…
	use "$1"
	"${@:2}"
}
use() { # the programs that follow
	ROADSHOW_ADMIN_DATABASE_URL=$(url "$1")
	ROADSHOW_DATABASE_URL=$ROADSHOW_ADMIN_DATABASE_URL
}
last=$(find "$here/sql/migrations" -name '*.sql' | wc -l)
applied() { sql "$1" 'select count(*) from roadshow_meta.migrations'; }

# ---- words ----------------------------------------------------------------------------------------

every_help() {
	local names name
	names=$(roadshow --help | sed -nE 's/^  ([a-z]+( [a-z]+)?)  .*/\1/p')
	[ "$(wc -l <<< "$names")" -ge 10 ] || return 1
	while read -r name; do
		# shellcheck disable=SC2086
		roadshow $name --help | grep -q "^Usage: roadshow ${name}" || { echo "$name"; return 1; }
	done <<< "$names"
}
check 'every command has a help of its own' every_help
check 'no command: how to use it, status 2' ends 2 '^Usage: roadshow' roadshow
check 'an unknown command: status 2' ends 2 'no command "sing"' roadshow sing
check 'half a command is told the other half' ends 2 'did you mean roadshow creator create' roadshow creator
check 'an unknown option: status 2' ends 2 'unknown option --loud' roadshow migrate --loud
check 'an option without its value: status 2' ends 2 'needs a value' roadshow creator create --slug
check 'what is missing is named' ends 2 '--slug and --name' roadshow creator create --slug a
check 'a key that is missing is named' ends 2 'ROADSHOW_OPERATOR_KEY' roadshow creator create --slug a --name A
check 'an id that is none: status 2' env ROADSHOW_API_KEY=x bash -c "\"$BIN/roadshow\" route --explain 17; [ \$? = 2 ]"
check 'no service: status 3' env ROADSHOW_URL=http://127.0.0.1:1 bash -c "\"$BIN/roadshow\" ready; [ \$? = 3 ]"
check 'the version' ends 0 '^roadshow .' roadshow --version

# ---- settings and keys ----------------------------------------------------------------------------

check 'good settings' ends 0 'make sense' roadshow settings
check 'a bad setting is named, not shown' env ROADSHOW_DB_CONNECTIONS=hunter2 bash -c \
	"out=\$(\"$BIN/roadshow\" settings 2>&1); [ \$? = 1 ] && [[ \$out == *db_connections* && \$out != *hunter2* ]]"
keys_are_made() {
	roadshow keys init keys && [ "$(stat -c %a keys)" = 700 ] &&
		[ -z "$(find keys -type f ! -perm 600)" ] && [ "$(stat -c %s keys/server.secret)" = 32 ] &&
		[ "$(find keys -name 'token-*.pem' -o -name 'status-*.pem' -o -name 'ledger-*.pem' -o -name 'consent-*.pem' | wc -l)" = 4 ]
}
keys_are_kept() {
	local before
	before=$(cat keys/* | sha256sum)
	roadshow keys init keys && [ "$(cat keys/* | sha256sum)" = "$before" ] && [ "$(find keys -type f | wc -l)" = "$1" ]
}
check 'keys init makes keys that only their owner reads' keys_are_made
check 'keys init again changes nothing' keys_are_kept "$(find keys -type f | wc -l)"
check 'OpenSSL reads the keys' bash -c 'for k in keys/*.pem; do openssl pkey -in "$k" -noout -check || exit 1; done'
# The states of a use's keys, by name: "active next old".
states() {
	find keys -name "$1-*.pem" -printf '%f\n' | sed -E 's/.*\.(next|old)\.pem/\1/; s/.*\.pem/active/' | sort | xargs
}
kid_of() { # as the command says it
	sed -nE 's/^made  [^ ]+  (.{8})$/\1/p' out
}
rotates() { # USE: through all stages, and back to one key
	local use=$1 first
	first=$(sha256sum < "$(echo keys/"$use"-*.pem)")
	roadshow keys rotate --use "$use" keys > out && [ "$(states "$use")" = 'active next' ] &&
		[ "$(find keys -name "$use-*.next.pem" -perm 600 | wc -l)" = 1 ] || return 1
	roadshow keys rotate --use "$use" keys > out 2>&1 && return 1 # there is one already
	roadshow keys rotate --use "$use" --stage activate keys > out && [ "$(states "$use")" = 'active old' ] &&
		[ "$(sha256sum < "$(echo keys/"$use"-*.old.pem)")" = "$first" ] || return 1
	roadshow keys rotate --use "$use" --stage activate keys > out 2>&1 && return 1 # no next one
	roadshow keys rotate --use "$use" --stage retire keys > out && [ "$(states "$use")" = active ] &&
		[ "$(sha256sum < "$(echo keys/"$use"-*.pem)")" != "$first" ]
}
for use in token status ledger consent; do check "keys rotate: $use" rotates $use; done
rotation_goes_on() { # killed between its two renames
	roadshow keys rotate --use token keys > out || return 1
	local active
	active=$(find keys -name 'token-*.pem' ! -name '*.next.pem')
	mv "$active" "${active%.pem}.old.pem"
	roadshow keys rotate --use token --stage activate keys > out && [ "$(states token)" = 'active old' ] &&
		roadshow keys init keys > /dev/null
}
check 'keys rotate goes on after it was killed' rotation_goes_on
retires() { # the key that signs, with and without another one at hand; then an old one
	roadshow keys rotate --use token keys > out || return 1
	local kid next old
	next=$(kid_of)
	roadshow keys rotate --use token --stage activate keys > out || return 1
	roadshow keys retire --use token --kid "$next" keys > out && grep -q "^removed  .*  $next\$" out &&
		[ "$(states token)" = 'active old old' ] || return 1
	kid=$(kid_of)
	roadshow keys rotate --use token keys > out || return 1
	next=$(kid_of)
	roadshow keys retire --use token --kid "$kid" keys > out && [ "$(states token)" = 'active old old' ] &&
		! grep -q ^made out || return 1
	mv "$(find keys -name 'token-*.pem' ! -name '*.old.pem')" keys/token-aside.old.pem # killed on the way
	roadshow keys retire --use token --kid "$next" keys > out && [ "$(states token)" = 'active old old' ] &&
		! roadshow keys retire --use token --kid "$next" keys > out 2>&1 && roadshow keys init keys > /dev/null
}
check 'keys retire: whatever its state, and another key signs' retires
check 'keys rotate wants a use that there is' ends 2 'token, status, ledger or consent' roadshow keys rotate --use tokens keys
check 'keys retire wants a kid' ends 2 'kid' roadshow keys retire --use token keys
open_to_others() {
	chmod 644 keys/token-*.pem
	ends 1 'token' roadshow keys init keys
}
check 'keys init complains about a key that others may read' open_to_others
operator_key() {
	eval "$(roadshow keys operator)"
	[ "${#ROADSHOW_OPERATOR_KEY}" = 94 ] &&
		[ "$(printf %s "$ROADSHOW_OPERATOR_KEY" | sha256sum | cut -d' ' -f1)" = "$ROADSHOW_OPERATOR_KEY_SHA256" ]
}
check 'keys operator prints a key and its hash' operator_key

# ---- migrate --------------------------------------------------------------------------------------

check 'status of an empty database: all is missing, status 1' ends 1 '^missing  0001_core' on roadshow roadshow migrate --status
other() { # NAME LOCALE…
	database "$1" "template template0 encoding 'UTF8' ${*:2}"
}
refused() { # NAME PATTERN: and nothing was made in it
	ends 1 "$2" on "$1" roadshow migrate && ends 1 "$2" on "$1" roadshow migrate --status &&
		[ "$(sql "$1" "select to_regnamespace('roadshow_meta') is null")" = t ]
}
other by_icu "locale_provider icu icu_locale 'en-US' lc_collate 'C' lc_ctype 'C'"
check 'a database ordered by ICU is refused' refused by_icu 'ordered by ICU: it must be'
other by_language "lc_collate 'xx_XX.utf8' lc_ctype 'C.UTF-8'"
check 'so is one in the order of a language' refused by_language 'ordered by xx_XX.utf8: it must be'
database latin "template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"
check 'so is one that is not in UTF-8' refused latin 'is in LATIN1'
bytes() { # LOCALE: what migrate thinks of a database in that order
	other "in_order_$count" "lc_collate '$1' lc_ctype 'C.UTF-8'" && on "in_order_$count" roadshow migrate
}
for locale in POSIX C.UTF-8 C.utf8; do check "$locale is the order of bytes" bytes "$locale"; done
check 'migrate brings an empty database up' on roadshow roadshow migrate
check 'all migrations are in the book' test "$(applied roadshow)" = "$last"
again() { on roadshow roadshow migrate > out && ! grep -q '^applied' out; }
check 'migrate again applies nothing' again
check 'status: all is applied, status 0' ends 0 "^applied  0001_core" on roadshow roadshow migrate --status

database together
at_once() {
	local pids=() i
	for i in 1 2 3 4; do
		on together roadshow migrate > "together.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || { cat together.*; return 1; }; done
	[ "$(cat together.* | grep -c '^applied')" = "$last" ] && [ "$(applied together)" = "$last" ]
}
check 'four migrators at once apply each migration once' at_once

cp -r "$here/sql" edited
echo '-- a late idea' >> edited/migrations/0001_core.sql
check 'a migration that was edited is refused' ends 1 '0001_core was applied as it was then' on roadshow roadshow migrate --sql edited
cp -r "$here/sql" older
rm "older/migrations/$(printf '%04d' "$last")"_*.sql
check 'files older than the database are refused' ends 1 'newer version' on roadshow roadshow migrate --sql older
cp -r "$here/sql" gap
mv "$(echo gap/migrations/0002_*)" gap/migrations/9000_late.sql
check 'a gap in the numbers is refused' ends 1 'number 0002 was expected' on roadshow roadshow migrate --sql gap

cp -r "$here/sql" next
next=next/migrations/$(printf '%04d' $((last + 1)))_next.sql
printf 'create table roadshow.half (a integer);\nselect 1;\nselect nonsense;\n' > "$next"
check 'a migration that fails names its line' ends 1 'nonsense.*\(line 3\)' on roadshow roadshow migrate --sql next
check 'and leaves nothing behind' test "$(sql roadshow "select to_regclass('roadshow.half') is null and (select max(version) from roadshow_meta.migrations) = $last")" = t
printf 'create or replace function roadshow.broken() returns integer language sql as $$ select nonsense $$;\n' > next/functions/zz.sql
printf 'create table roadshow.half (a integer);\n' > "$next"
database halves
functions_are_one() {
	local before
	on halves roadshow migrate
	before=$(sql halves "select md5(string_agg(xmin::text, ',' order by oid)) from pg_proc where pronamespace = 'api'::regnamespace")
	ends 1 'zz: .*nonsense' on halves roadshow migrate --sql next &&
		[ "$(sql halves "select md5(string_agg(xmin::text, ',' order by oid)) from pg_proc where pronamespace = 'api'::regnamespace")" = "$before" ]
}
check 'functions are applied all or none' functions_are_one

database killed
killed() {
	cp -r "$here/sql" slow
	printf 'create table roadshow.slow (a integer);\nselect pg_sleep(60);\n' > "slow/migrations/$(printf '%04d' $((last + 1)))_slow.sql"
	use killed
	"$BIN/roadshow" migrate --sql slow > killed.out 2>&1 &
	local pid=$! i
	for ((i = 0; i < 200; i++)); do
		[ -n "$(sql killed "select 1 from pg_stat_activity where datname = 'killed' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()")" ] && break
		sleep 0.05
	done
	kill -KILL $pid
	wait $pid
	# The server notices that the client is gone when it next writes; a restart would end it at once.
	sql killed "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'killed' and pid <> pg_backend_pid()"
	[ "$(sql killed "select to_regclass('roadshow.slow') is null")" = t ] && [ "$(applied killed)" = "$last" ] &&
		on killed roadshow migrate
}
check 'a migrator killed in a migration leaves nothing, and the next one works' killed

sql postgres 'create role tenant login createrole'
database hosted 'owner tenant'
hosted() {
	sql postgres 'grant roadshow_owner to tenant' # as on a server where another database was first
	ROADSHOW_ADMIN_DATABASE_URL=$(url hosted tenant) roadshow migrate
}
check 'a role that is no superuser may migrate' hosted
check 'and serve' env ROADSHOW_DATABASE_URL="$(url hosted tenant)" "$BIN/roadshow-janitor" --once
check 'no server: status 3, and the password stays secret' bash -c \
	"out=\$(ROADSHOW_ADMIN_DATABASE_URL=postgresql://u:hunter2@127.0.0.1:1/x \"$BIN/roadshow\" migrate 2>&1); [ \$? = 3 ] && [[ \$out == *127.0.0.1* && \$out != *hunter2* ]]"

# ---- what the service's role may do -----------------------------------------------------------------

check 'roadshow_app may touch no table' test "$(sql roadshow "
	select count(*) from pg_class c where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace in
		(select oid from pg_namespace where nspname in ('roadshow', 'roadshow_meta', 'api'))
	and (has_table_privilege('roadshow_app', c.oid, 'select, insert, update, delete, truncate'))")" = 0
check 'roadshow_app may execute everything in api' test "$(sql roadshow "
	select count(*) from pg_proc where pronamespace = 'api'::regnamespace
	and not has_function_privilege('roadshow_app', oid, 'execute')")" = 0
check 'roadshow_app may execute nothing in roadshow' test "$(sql roadshow "
	select count(*) from pg_proc where pronamespace = 'roadshow'::regnamespace
	and has_function_privilege('roadshow_app', oid, 'execute')")" = 0
check 'functions in api run as their owner with a fixed search_path' test "$(sql roadshow "
	select count(*) from pg_proc where pronamespace = 'api'::regnamespace and (not prosecdef
	or proowner <> 'roadshow_owner'::regrole
	or not exists (select from unnest(proconfig) s where s like 'search_path=%pg_temp'))")" = 0

# ---- the janitor ------------------------------------------------------------------------------------

sql roadshow "insert into roadshow.creators (id, slug, name)
	select ('0190c2a0-7b1e-7c4d-8f00-' || lpad(to_hex(n), 12, '0'))::uuid, 'shop-' || n, 'Shop'
	from generate_series(1, 300) n"
check 'one round of every job for every creator' ends 0 'failures 0' on roadshow "$BIN/roadshow-janitor" --once
beats() {
	sql roadshow 'select * from api.readiness()'
	[ "$(sql roadshow "select janitor_age_s < 60 and migration_version = $last from api.readiness()")" = t ]
}
check 'it leaves a heartbeat' beats
stops() {
	use roadshow
	ROADSHOW_JANITOR_TICK_MS=50 "$BIN/roadshow-janitor" 2> janitor.log &
	local pid=$! i
	sleep 1
	kill -TERM $pid
	for ((i = 0; i < 50; i++)); do
		kill -0 $pid 2> /dev/null || break
		sleep 0.1
	done
	wait $pid && grep -q '"msg":"stopped"' janitor.log && ! grep -q '"level":"error"' janitor.log || { cat janitor.log; return 1; }
}
check 'it stops when it is told to, with status 0' stops
several() {
	local pids=() i
	for i in 1 2 3; do
		on roadshow "$BIN/roadshow-janitor" --once > "several.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || { cat several.*; return 1; }; done
}
check 'several at once do not disturb one another' several
reconnects() {
	use roadshow
	ROADSHOW_JANITOR_TICK_MS=50 "$BIN/roadshow-janitor" 2> lost.log &
	local pid=$! i
	for ((i = 0; i < 100; i++)); do
		grep -q '"connected"' lost.log && break
		sleep 0.05
	done
	sql postgres "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'roadshow-janitor'" > terminated
	for ((i = 0; i < 100; i++)); do
		[ "$(grep -c '"connected"' lost.log)" -ge 2 ] && break
		sleep 0.05
	done
	kill -TERM $pid
	wait $pid && [ "$(grep -c '"connected"' lost.log)" -ge 2 ] || { cat lost.log; return 1; }
}
check 'it connects again when the connection is lost' reconnects
check 'no database: --once ends with 1' bash -c \
	"ROADSHOW_DATABASE_URL=postgresql://u@127.0.0.1:1/x \"$BIN/roadshow-janitor\" --once; [ \$? = 1 ]"
echo "1..$count"
