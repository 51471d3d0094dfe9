// SPDX-License-Identifier: Apache-2.0
//
// `roadshow demo`: options, the list of chapters, and which of them are still to be played.
#include "cli/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "cli/demo_env.h"
#include "cli/demo_play.h"
#include "crypto/digest.h"

#define RUN_DIR ".run"
#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define NAME_LEN_MAX 40
#define LINE_BYTES_MAX 8192
#define TOO_OLD_US (INT64_C(8) * 3600 * 1000000) // then leases and drops of the story are over

static const struct cli_command SELF = {
    .name = "demo",
    .summary = "play a two-city tour through the public API",
    .usage = "Usage: roadshow demo [--report] [--fresh NAME] [--state FILE]\n"
	     "\n"
	     "Plays a mini-tour of two cities through the public API: fans claim tokens, some "
	     "order home\n"
	     "delivery, devices scan and sell offline and upload later, partners pick and hand "
	     "over. Ends\n"
	     "with a report and with 0 when all numbers add up. Played again, it only reports; one "
	     "that\n"
	     "was interrupted goes on where it stopped.\n"
	     "\n"
	     "  --report       only print the report, with the numbers of this moment\n"
	     "  --fresh NAME   play (or report) another one, under this creator slug (demo)\n"
	     "  --state FILE   where to keep ids and keys (" RUN_DIR "/demo.json, " RUN_DIR
	     "/demo-NAME.json)\n"
	     "\n"
	     "Environment, or what " RUN_DIR "/env says:\n"
	     "  ROADSHOW_URL           where the service is (https://localhost:8443)\n"
	     "  ROADSHOW_CA            certificate to trust, when the system does not\n"
	     "  ROADSHOW_OPERATOR_KEY  the operator's key\n",
};

static const struct chapter {
	const char *title;
	bool (*play)(struct demo *d);
} CHAPTERS[] = {
    {"A creator", demo_found},
    {"Two evenings", demo_stage},
    {"Shelves", demo_shelve},
    {"The rush", demo_rush},
    {"Second thoughts", demo_rethink},
    {"Home delivery", demo_order},
    {"Devices", demo_enrol},
    {"At the doors", demo_doors},
    {"Back online", demo_upload},
    {"Partners", demo_fulfil},
};

// ---- a run --------------------------------------------------------------------------------------

static bool is_slug(const char *s)
{
	size_t len = strlen(s);
	bool ok = len > 0 && len <= NAME_LEN_MAX && s[0] != '-' && s[len - 1] != '-';
	return ok && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

// A run that is new gets its nonce and its start before anything is sent.
static void start(struct demo *d)
{
	uint8_t random[8];
	struct buf nonce;
	if (noted(d, "nonce")[0] != 0)
		return;
	ids_random(random, sizeof(random));
	buf_init(&nonce, 64);
	str_hex(&nonce, random, sizeof(random));
	take_note(d, d->name, "name");
	take_note(d, buf_text(&nonce), "nonce");
	take_number(d, clock_now_us(), "started_us");
	take_number(d, 0, "chapters");
	buf_release(&nonce);
}

static bool save(struct demo *d)
{
	return notes_save(d->notes, &d->why);
}

static bool play_chapter(struct demo *d, size_t n)
{
	int64_t began = clock_mono_ms();
	printf("%2zu/%zu  %-16s ", n + 1, ARRAY_LEN(CHAPTERS), CHAPTERS[n].title);
	fflush(stdout);
	buf_clear(&d->gist);
	bool ok = CHAPTERS[n].play(d);
	arena_release(&d->arena);
	arena_init(&d->arena, ARENA_BYTES_MAX);
	if (ok) {
		take_number(d, (int64_t)n + 1, "chapters");
		ok = save(d);
	}
	if (ok)
		printf(
		    "%s (%.1f s)\n", buf_text(&d->gist), (double)(clock_mono_ms() - began) / 1000);
	else
		printf("stopped\n");
	fflush(stdout);
	return ok;
}

static bool play(struct demo *d)
{
	start(d);
	if (!save(d))
		return false;
	size_t done = (size_t)noted_number(d, "chapters");
	if (done > 0 && done < ARRAY_LEN(CHAPTERS))
		printf("       going on after \"%s\"\n", CHAPTERS[done - 1].title);
	for (size_t n = done; n < ARRAY_LEN(CHAPTERS); n++)
		if (!play_chapter(d, n))
			return false;
	// What nobody needs any more: tokens, logs, keys of devices.
	notes_drop(d->notes, ".jwt");
	notes_drop(d->notes, ".log");
	notes_drop(d->notes, ".pem");
	return save(d);
}

// What went wrong and, when the run's drops have closed meanwhile, what to do.
static void complain(const struct demo *d, bool complete)
{
	int64_t age_us = clock_now_us() - noted_number(d, "started_us");
	cli_complain(&SELF, "%s", buf_text(&d->why));
	if (!complete && noted_number(d, "chapters") > 0 && age_us > TOO_OLD_US)
		cli_complain(&SELF,
		    "this demo was begun too long ago to go on; play another one with "
		    "--fresh NAME");
}

// Plays what is left to play, unless only the report is wanted, and reports.
static int run(struct demo *d, bool only_report)
{
	bool adds_up = false;
	bool complete = noted_number(d, "chapters") == (int64_t)ARRAY_LEN(CHAPTERS);
	if (only_report && !complete) {
		cli_complain(&SELF,
		    "\"%s\" was not played to its end yet; do that first, without --report",
		    d->name);
		return CLI_FAILED;
	}
	if ((!complete && !play(d)) || !demo_report(d, &adds_up)) {
		complain(d, complete);
		return CLI_FAILED;
	}
	return adds_up ? CLI_OK : CLI_FAILED;
}

static int run_with_notes(const char *name, const char *state, bool only_report)
{
	int result = CLI_USAGE;
	struct demo d = {.name = name};
	buf_init(&d.why, LINE_BYTES_MAX);
	buf_init(&d.gist, LINE_BYTES_MAX);
	arena_init(&d.arena, ARENA_BYTES_MAX);
	d.notes = notes_open(state, &d.why);
	if (d.notes == NULL)
		cli_complain(&SELF, "%s", buf_text(&d.why));
	else if (noted(&d, "name")[0] != 0 && strcmp(noted(&d, "name"), name) != 0)
		cli_complain(
		    &SELF, "%s is about \"%s\"; name another file", state, noted(&d, "name"));
	else if ((d.service = cli_service(&SELF)) != NULL)
		result = run(&d, only_report);
	client_close(d.service);
	notes_close(d.notes);
	arena_release(&d.arena);
	buf_release(&d.gist);
	buf_release(&d.why);
	return result;
}

int demo_main(int argc, char **argv)
{
	const char *fresh = NULL, *state = NULL;
	char path[512], env[512];
	bool only_report = false;
	const struct cli_option options[] = {{"report", NULL, &only_report},
	    {"fresh", &fresh, NULL}, {"state", &state, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(&SELF, argc - 1, argv + 1, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
	if (fresh != NULL && !is_slug(fresh)) {
		cli_complain(&SELF, "a name is up to %d of a-z, 0-9 and hyphens", NAME_LEN_MAX);
		return CLI_USAGE;
	}
	const char *run_dir = getenv("ROADSHOW_RUN");
	run_dir = run_dir != NULL && run_dir[0] != 0 ? run_dir : RUN_DIR;
	snprintf(env, sizeof(env), "%s/env", run_dir);
	snprintf(path, sizeof(path), "%s/demo%s%s.json", run_dir, fresh != NULL ? "-" : "",
	    fresh != NULL ? fresh : "");
	env_borrow(env);
	if (!only_report && cli_need(&SELF, "ROADSHOW_OPERATOR_KEY", "the operator's key") == NULL)
		return CLI_USAGE;
	crypto_init();
	return run_with_notes(
	    fresh != NULL ? fresh : "demo", state != NULL ? state : path, only_report);
}
