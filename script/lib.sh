# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the scripts share: messages, long steps with visible progress, Debian packages, processes that
# are stopped by us only, ports, disk space. Sourced by bash; works on Debian 12 minbase before
# anything is installed. Nothing here relies on systemd.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
RUN=${ROADSHOW_RUN:-$ROOT/.run}
# Where what other users must reach goes when they cannot enter .run.
FAR=/var/lib/roadshow-$(printf %s "$ROOT" | sha256sum | cut -c 1-12)
PG_VERSION=15
PG_BIN=/usr/lib/postgresql/$PG_VERSION/bin
SERVICE_USER=roadshow
export LC_ALL=C.UTF-8
umask 022

is_root() { [ "$(id -u)" = 0 ]; }
say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
	printf '\n%s: %s\n' "${0##*/}" "$1" >&2
	shift
	[ $# = 0 ] || printf '  %s\n' "$@" >&2
	exit 1
}

# ---- long steps -----------------------------------------------------------------------------------

# step "what" LOG command…: runs it with its output in LOG. While it runs one line tells how long and
# what it last said (on a terminal in place, otherwise every 15 s). Returns the command's status.
step() {
	local what=$1 log=$2 began=$SECONDS pid status=0 shown=0 line
	shift 2
	mkdir -p "$(dirname "$log")"
	if ! : > "$log"; then
		die "cannot write $log" "Is the disk full, or the directory somebody else's?"
	fi
	# In a process group of its own, so that Ctrl-C ends all of it.
	set -m
	"$@" > "$log" 2>&1 < /dev/null 9>&- &
	pid=$!
	set +m
	trap 'kill -TERM -- -$pid 2> /dev/null; exit 130' INT TERM
	while kill -0 "$pid" 2> /dev/null; do
		sleep 0.2
		line=$(tail -n 1 "$log" 2> /dev/null | tr -d '\r' | cut -c 1-60)
		if [ -t 1 ]; then
			printf '\r\033[K%s … %ss  %s' "$what" $((SECONDS - began)) "$line"
		elif [ $((SECONDS - began - shown)) -ge 15 ]; then
			shown=$((SECONDS - began))
			say "  $what … ${shown}s  $line"
		fi
	done
	wait "$pid" || status=$?
	trap - INT TERM
	[ ! -t 1 ] || printf '\r\033[K'
	if [ $status = 0 ]; then
		say "$what: done$([ $((SECONDS - began)) -lt 2 ] || printf ' (%ss)' $((SECONDS - began)))"
	else
		say "$what: failed"
	fi
	return $status
}

# After a step that failed: the end of its log and, where we know it, the reason in our words.
explain_log() {
	local log=$1 what=$2
	tail -n 25 "$log" | sed 's/^/  | /' >&2
	if grep -qi 'no space left on device' "$log"; then
		die "$what: the disk is full" "$(df -h "$ROOT" | tail -n 1)" "Make room, then run this again."
	fi
	die "$what" "All of it is in $log"
}

# need_space DIRECTORY MEGABYTES
need_space() {
	local dir=$1 want=$2 have
	have=$(df -Pm "$dir" | awk 'NR == 2 { print $4 }')
	[ "$have" -ge "$want" ] || die "the disk is full: $dir has $have MB left, $want MB are needed" \
		"Make room, then run this again."
}

# ---- packages -------------------------------------------------------------------------------------

# shellcheck disable=SC2034  # used by what sources this
PACKAGES_RUN="libpq5 libssl3 libyajl2 zlib1g libcurl4 libproj25 libqrencode4 libpng16-16
	openssl ca-certificates"
PACKAGES_BUILD="gcc make pkg-config dpkg-dev libc6-dev libpq-dev libssl-dev libyajl-dev zlib1g-dev
	libcurl4-openssl-dev libproj-dev libqrencode-dev libpng-dev kore openssl ca-certificates curl"
PACKAGES_SERVER="postgresql-$PG_VERSION"
PACKAGES_TEST="libcmocka-dev postgresql-$PG_VERSION-pgtap libtap-parser-sourcehandler-pgtap-perl
	postgresql-server-dev-$PG_VERSION clang clang-tidy clang-format libclang-rt-14-dev wrk zbar-tools librsvg2-bin
	golang-go golang-golang-x-mod-dev"

# Debian's Node unless a usable one is there already.
packages_node() {
	local major
	major=$(node -p 'process.versions.node.split(".")[0]' 2> /dev/null || echo 0)
	if [ "$major" -lt 18 ] || ! command -v npm > /dev/null; then
		echo nodejs npm
	fi
}

missing_of() {
	local p
	for p in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2> /dev/null)" = installed ] || echo "$p"
	done
}

# A distribution's own cluster is not ours to start, and would sit on 5432.
no_main_cluster() {
	local dir=/etc/postgresql-common/createcluster.d
	if [ ! -e /usr/bin/pg_createcluster ]; then
		mkdir -p $dir
		echo 'create_main_cluster = false' > $dir/roadshow.conf
	fi
}

apt_install() {
	local apt=(apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
	export DEBIAN_FRONTEND=noninteractive
	no_main_cluster
	"${apt[@]}" update || return 1
	"${apt[@]}" install -y --no-install-recommends "$@" || return 1
	rm -f /etc/postgresql-common/createcluster.d/roadshow.conf
	apt-get clean
}

# need_packages "for what" package…: installs what is missing, or says how.
need_packages() {
	local purpose=$1 missing log=$RUN/log/packages.log
	shift
	command -v dpkg-query > /dev/null ||
		die "this is no Debian system" "The scripts install Debian 12's packages; on others use the Dockerfile."
	missing=$(missing_of "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	is_root || die "packages are missing to $purpose" "As root:" "  apt-get install --no-install-recommends $missing"
	[ "${NO_INSTALL:-}" = "" ] || die "packages are missing to $purpose: $missing" "Run without --no-install."
	need_space /var 900
	say "Installing what is missing to $purpose: $missing"
	step "Installing packages" "$log" apt_install $missing && return 0
	if grep -q 'Unable to locate package\|has no installation candidate' "$log"; then
		warn "Debian 12 (bookworm) has these packages; this system's package sources do not."
	elif grep -qi 'could not resolve\|failed to fetch\|unable to connect' "$log"; then
		warn "The package mirror cannot be reached: check the network and /etc/apt/sources.list."
	fi
	explain_log "$log" "the packages could not be installed"
}

# ---- processes ------------------------------------------------------------------------------------
# A process we start leads a session of its own. $RUN/<name>.pid holds "pid start-time command": the
# start time (in ticks since boot) tells our process from a later one that was given the same pid.

# stat_of PID FIELD: a field of /proc/PID/stat, counted as in proc(5), from 3 on.
stat_of() {
	local line fields
	{ read -r line < "/proc/$1/stat"; } 2> /dev/null || return 1
	read -r -a fields <<< "${line##*) }" # the name in parentheses may hold anything
	echo "${fields[$2 - 3]}"
}

# The pid of the running process of that name; fails when it is gone.
proc_pid() {
	local pid start rest
	{ read -r pid start rest < "$RUN/$1.pid"; } 2> /dev/null || return 1
	[ "$(stat_of "$pid" 22)" = "$start" ] && [ "$(stat_of "$pid" 3)" != Z ] && echo "$pid"
}

# What is left of the process and its children: same session, same program, not older.
proc_family() {
	local pid start comm
	{ read -r pid start comm < "$RUN/$1.pid"; } 2> /dev/null || return 0
	{ cat /proc/[0-9]*/stat 2> /dev/null || true; } | awk -v session="$pid" -v start="$start" -v comm="$comm" '
		{
			open = index($0, "(")
			close_ = match($0, /\)[^)]*$/)
			name = substr($0, open + 1, close_ - open - 1)
			split(substr($0, close_ + 2), f, " ") # f[1] is field 3
			if (f[4] == session && f[20] >= start + 0 && name == comm && f[1] != "Z") print $1
		}'
}

# proc_start NAME command…: in the background, in its own session, output appended to its log.
proc_start() {
	local name=$1 pid comm
	shift
	mkdir -p "$RUN/log"
	setsid "$@" >> "$RUN/log/$name.log" 2>&1 < /dev/null 9>&- &
	pid=$!
	disown "$pid"
	# Until exec has happened the name in /proc is the shell's or a helper's.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		comm=$(cat "/proc/$pid/comm" 2> /dev/null) || break
		case $comm in bash | sh | script* | setsid | setpriv | env | up | test) sleep 0.05 ;; *) break ;; esac
	done
	echo "$pid $(stat_of "$pid" 22) ${comm:-?}" > "$RUN/$name.pid"
}

# proc_stop NAME SIGNAL SECONDS: asks, waits, then insists. Quiet when it does not run.
proc_stop() {
	local name=$1 signal=$2 seconds=$3 pid i family
	[ -e "$RUN/$name.pid" ] || return 0
	if pid=$(proc_pid "$name"); then
		kill "-$signal" "$pid" 2> /dev/null || true
	fi
	for ((i = 0; i < seconds * 10; i++)); do
		family=$(proc_family "$name")
		[ -n "$family" ] || break
		# Children whose parent was killed do not hear of the signal above.
		[ -n "$pid" ] || kill "-$signal" $family 2> /dev/null || true
		sleep 0.1
	done
	family=$(proc_family "$name")
	if [ -n "$family" ]; then
		warn "$name did not end within $seconds s; killing it"
		kill -KILL $family 2> /dev/null || true
		sleep 0.2
	fi
	rm -f "$RUN/$name.pid"
}

# as USER command…: as that user when we are root, as ourselves otherwise.
as() {
	local user=$1
	shift
	if is_root; then
		setpriv --reuid="$user" --regid="$user" --init-groups env HOME=/ "$@"
	else
		"$@"
	fi
}

# ---- ports ----------------------------------------------------------------------------------------

# Does anything listen on this TCP port, on any address?
port_taken() {
	local hex
	hex=$(printf '%04X' "$1")
	cat /proc/net/tcp /proc/net/tcp6 2> /dev/null |
		awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

need_port() { # PORT VARIABLE what
	[[ $1 =~ ^[0-9]+$ ]] && [ "$1" -ge 1 ] && [ "$1" -le 65535 ] || die "$2=$1 is no port"
	! port_taken "$1" || die "port $1 is taken by another program, and $3 needs it" \
		"Choose another one: $2=$(free_port $(($1 + 1))) ${0##*/script/}" \
		"or find out what sits there: ss -ltnp 'sport = :$1'"
}

free_port() { # the first free one from PORT on
	local port=$1
	while port_taken "$port"; do port=$((port + 1)); done
	echo "$port"
}

# ---- PostgreSQL -----------------------------------------------------------------------------------

random_hex() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

# cluster_make DIRECTORY PASSWORD_FILE|"" : initdb as the user postgres, or as ourselves. With a
# password file every connection needs a password; without, everybody who reaches the socket may.
cluster_make() {
	local dir=$1 password=$2 auth=(-A trust)
	[ -z "$password" ] || auth=(-A scram-sha-256 "--pwfile=$password")
	(cd / && as postgres "$PG_BIN/initdb" -D "$dir" -U postgres -E UTF8 --locale=C.UTF-8 --lc-collate=C \
		--no-instructions "${auth[@]}")
}

# wait_for SECONDS NAME command…: until the command succeeds; fails at once when the process is gone.
wait_for() {
	local seconds=$1 name=$2 end=$((SECONDS + $1))
	shift 2
	until "$@" > /dev/null 2>&1; do
		proc_pid "$name" > /dev/null || return 1
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}
