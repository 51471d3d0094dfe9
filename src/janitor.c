// SPDX-License-Identifier: Apache-2.0
//
// roadshow-janitor: everything that runs by the clock. One process, one connection, one thing after
// the other; src/janitor/jobs.c says what. It keeps nothing in memory that matters, so it may be
// killed at any instruction and run on several hosts. Between two calls of the database, in the
// middle of long rounds too, it beats and looks after the transparency logs (src/janitor/publish.c),
// which are promised to be a second behind at most.
//
// SIGTERM and SIGINT are blocked for good and asked for between two calls of the database: it ends
// after the call that is running, at most STATEMENT_TIMEOUT later.
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "janitor/draws.h"
#include "janitor/jobs.h"
#include "janitor/publish.h"
#include "janitor/status_lists.h"
#include "tool/pg.h"

#define CONNECT_TIMEOUT_S 5
#define BACK_OFF_MS_MIN 100
#define BACK_OFF_MS_MAX 5000
#define BEAT_MS 1000
#define PUBLISH_MS 500	     // between the starts of two passes over the logs
#define PUBLISH_PASSES 10000 // of --once
#define JOBS_MAX 32
#define HOST_BYTES 256

static const char SESSION[] = "set role roadshow_app; set statement_timeout = '30s'; "
			      "set lock_timeout = '5s'; set client_min_messages = warning";

static struct janitor {
	struct settings settings;
	char host[HOST_BYTES];
	char started_at[CLOCK_RFC3339_LEN + 1];
	sigset_t signals;
	bool stopping;
	int64_t next_beat_mono_ms;
	int64_t next_publish_mono_ms;
	bool is_publishing;
	struct publisher publisher;
	int64_t next_run_mono_ms[JOBS_MAX];
	int64_t rounds;
	struct job_tally tally;
} janitor;

// ---- stopping -----------------------------------------------------------------------------------

// Waits, or does not with 0, and takes a signal when one has come.
static void wait_ms(int64_t ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	if (!janitor.stopping && sigtimedwait(&janitor.signals, NULL, &t) > 0)
		janitor.stopping = true;
}

static void block_signals(void)
{
	sigemptyset(&janitor.signals);
	sigaddset(&janitor.signals, SIGTERM);
	sigaddset(&janitor.signals, SIGINT);
	sigprocmask(SIG_BLOCK, &janitor.signals, NULL);
	signal(SIGPIPE, SIG_IGN);
}

// ---- the heartbeat ------------------------------------------------------------------------------

// At most one a BEAT_MS, in the middle of long rounds too.
static void beat(struct pg *pg)
{
	char rounds[24], done[24], failures[24], halted[24];
	int64_t now = clock_mono_ms();
	if (now < janitor.next_beat_mono_ms)
		return;
	janitor.next_beat_mono_ms = now + BEAT_MS;
	snprintf(rounds, sizeof(rounds), "%lld", (long long)janitor.rounds);
	snprintf(done, sizeof(done), "%lld", (long long)janitor.tally.done);
	snprintf(failures, sizeof(failures), "%lld", (long long)janitor.tally.failures);
	snprintf(halted, sizeof(halted), "%lld", (long long)janitor.publisher.halted);
	const char *params[] = {janitor.host, janitor.started_at, rounds, done, failures, halted};
	if (!pg_run(pg,
		"select api.janitor_beat($1, $2::timestamptz, $3::bigint, $4::bigint, "
		"$5::bigint, $6::bigint)",
		params, ARRAY_LEN(params)))
		log_error("heartbeat: %s", pg_error(pg));
}

static bool beat_and_go_on(struct pg *pg)
{
	wait_ms(0);
	if (!janitor.stopping)
		beat(pg);
	return !janitor.stopping;
}

// ---- the logs ----------------------------------------------------------------------------------

static void publish(struct pg *pg)
{
	int64_t now = clock_mono_ms();
	bool more = false;
	if (janitor.is_publishing || now < janitor.next_publish_mono_ms)
		return;
	janitor.is_publishing = true;
	bool ok = publish_pass(&janitor.publisher, pg, beat_and_go_on, &janitor.tally, &more);
	janitor.is_publishing = false;
	janitor.next_publish_mono_ms = ok && more ? now : now + PUBLISH_MS;
}

// All that there is to do now, for --once.
static bool publish_all(struct pg *pg)
{
	bool more = true, ok = true;
	for (int i = 0; i < PUBLISH_PASSES && ok && more && beat_and_go_on(pg); i++)
		ok = publish_pass(&janitor.publisher, pg, beat_and_go_on, &janitor.tally, &more);
	return ok;
}

// Between two calls of the database.
static bool go_on(struct pg *pg)
{
	if (beat_and_go_on(pg))
		publish(pg);
	return !janitor.stopping;
}

// ---- rounds -------------------------------------------------------------------------------------

// Every job that is due; all of them with `now_or_never`. False when the connection is of no use.
static bool run_round(struct pg *pg, bool now_or_never)
{
	size_t count;
	const struct job *jobs = jobs_all(&count);
	ASSERT(count <= JOBS_MAX);
	for (size_t i = 0; i < count && go_on(pg); i++) {
		int64_t now = clock_mono_ms();
		if (!now_or_never && now < janitor.next_run_mono_ms[i])
			continue;
		janitor.next_run_mono_ms[i] = now + jobs[i].every_ms;
		if (!job_run(&jobs[i], pg, go_on, &janitor.tally))
			return false;
	}
	janitor.rounds++;
	return true;
}

static struct pg *connect_once(bool is_loud)
{
	struct buf error;
	buf_init(&error, 2048);
	struct pg *pg =
	    pg_open(janitor.settings.database_url, "roadshow-janitor", CONNECT_TIMEOUT_S, &error);
	if (pg != NULL && !pg_script(pg, span_of(SESSION))) {
		buf_puts(&error, pg_error(pg));
		pg_close(pg);
		pg = NULL;
	}
	if (pg == NULL && is_loud)
		log_error("%s", buf_text(&error));
	buf_release(&error);
	return pg;
}

// Tries until it works or is told to stop, then NULL.
static struct pg *connect_patiently(void)
{
	int64_t pause = BACK_OFF_MS_MIN;
	struct pg *pg = connect_once(true);
	if (pg == NULL)
		log_info("trying again until it works");
	while (pg == NULL && !janitor.stopping) {
		wait_ms(pause);
		pause = pause * 2 < BACK_OFF_MS_MAX ? pause * 2 : BACK_OFF_MS_MAX;
		if (!janitor.stopping)
			pg = connect_once(false);
	}
	if (pg != NULL)
		log_info("connected");
	return pg;
}

// The pause between two rounds, which belongs to the logs.
static void rest(struct pg *pg)
{
	int64_t end = clock_mono_ms() + janitor.settings.janitor_tick_ms, now;
	while (!janitor.stopping && (now = clock_mono_ms()) < end) {
		int64_t until =
		    janitor.next_publish_mono_ms < end ? janitor.next_publish_mono_ms : end;
		if (until > now || pg == NULL)
			wait_ms(pg == NULL ? end - now : until - now);
		if (pg != NULL && !pg_is_lost(pg))
			(void)go_on(pg);
		else if (pg != NULL)
			return;
	}
}

static int run_for_ever(void)
{
	struct pg *pg = NULL;
	while (!janitor.stopping) {
		if (pg == NULL)
			pg = connect_patiently();
		if (pg != NULL && !run_round(pg, false) && pg_is_lost(pg)) {
			log_warn("the connection is lost");
			pg_close(pg);
			pg = NULL;
		}
		rest(pg);
	}
	pg_close(pg);
	log_info("stopped");
	return 0;
}

static int run_once(void)
{
	struct pg *pg = connect_once(true);
	bool ok =
	    pg != NULL && run_round(pg, true) && publish_all(pg) && janitor.tally.failures == 0;
	if (pg != NULL) {
		janitor.next_beat_mono_ms = 0;
		beat(pg);
	}
	printf("done %lld, failures %lld\n", (long long)janitor.tally.done,
	    (long long)janitor.tally.failures);
	pg_close(pg);
	return ok ? 0 : 1;
}

// ---- start --------------------------------------------------------------------------------------

static const char USAGE[] =
    "Usage: roadshow-janitor [--once] [--user NAME]\n"
    "\n"
    "Does everything that runs by the clock: expires holds and leases, extends waves, purges what "
    "is\n"
    "old, signs transparency logs and status lists. Run one on each host; they do not disturb one "
    "another.\n"
    "\n"
    "  --once       do every job once for every creator, then end (1: something failed)\n"
    "  --user NAME  become this user after the settings are read\n"
    "\n"
    "Settings come from ROADSHOW_CONF and the environment; see roadshow settings --sample.\n";

// Becomes the user for good. libpq looks for certificates in HOME, which is somebody else's now.
static bool become(const char *name)
{
	const struct passwd *pw = getpwnam(name);
	if (pw == NULL) {
		log_error("there is no user %s", name);
		return false;
	}
	if (setgroups(1, &pw->pw_gid) != 0 || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) != 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0) {
		log_error("cannot become %s: %s", name, strerror(errno));
		return false;
	}
	return setenv("HOME", "/", 1) == 0;
}

static enum log_level level_of(const char *name)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	int level = LOG_LEVEL_INFO;
	for (int i = 0; i < (int)ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			level = i;
	return (enum log_level)level;
}

// Settings and keys as the user that started it; the memory of the logs as the one it becomes.
static bool load(const char *user, struct buf *error)
{
	struct publisher *p = &janitor.publisher;
	if (!settings_load(&janitor.settings, error))
		return false;
	crypto_init();
	p->keys = keyring_load(janitor.settings.keys_dir, "ledger", error);
	const struct keyring *status_keys =
	    p->keys != NULL ? keyring_load(janitor.settings.keys_dir, "status", error) : NULL;
	const struct seal_ring *draw_keys =
	    status_keys != NULL ? seal_ring_load(janitor.settings.keys_dir, "draw", error) : NULL;
	if (draw_keys == NULL || (user != NULL && !become(user)))
		return false;
	status_lists_start(status_keys, janitor.settings.public_url);
	draws_start(draw_keys);
	p->public_url = janitor.settings.public_url;
	p->state_dir = janitor.settings.janitor_state_dir;
	p->host = janitor.host;
	return publish_prepare(p, error);
}

static bool prepare(const char *user)
{
	struct buf error;
	buf_init(&error, 2048);
	log_open("roadshow-janitor", LOG_LEVEL_INFO);
	bool ok = load(user, &error);
	if (error.len > 0)
		log_error("%s", buf_text(&error));
	buf_release(&error);
	if (!ok)
		return false;
	log_open("roadshow-janitor", level_of(janitor.settings.log_level));
	if (gethostname(janitor.host, sizeof(janitor.host)) != 0 || janitor.host[0] == 0)
		snprintf(janitor.host, sizeof(janitor.host), "localhost");
	janitor.host[sizeof(janitor.host) - 1] = 0;
	clock_format(clock_now_us(), janitor.started_at);
	block_signals();
	return true;
}

int main(int argc, char **argv)
{
	bool once = false;
	const char *user = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--once") == 0) {
			once = true;
		} else if (strcmp(argv[i], "--user") == 0 && i + 1 < argc) {
			user = argv[++i];
		} else {
			bool is_help = strcmp(argv[i], "--help") == 0;
			fputs(USAGE, is_help ? stdout : stderr);
			return is_help ? 0 : 2;
		}
	}
	if (!prepare(user))
		return 1;
	return once ? run_once() : run_for_ever();
}
