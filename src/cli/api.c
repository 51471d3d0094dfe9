// SPDX-License-Identifier: Apache-2.0
//
// The commands that are one call of the public API: creators, partners, API keys, readiness and the
// explanation of a route.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/ids.h"
#include "cli/command.h"
#include "cli/explain.h"

#define ARENA_BYTES_MAX ((size_t)8 << 20)
#define PATH_BYTES_MAX 256
#define WAIT_STEP_MS 100

static int end_of(enum cli_parsed parsed)
{
	return parsed == CLI_PARSED_HELP ? CLI_OK : CLI_USAGE;
}

static bool is_uuid(const struct cli_command *self, const char *text)
{
	struct uuid id;
	if (uuid_parse(span_of(text), &id))
		return true;
	cli_complain(
	    self, "\"%s\" is no id: ids look like 0190c2a0-7b1e-7c4d-8f00-0123456789ab", text);
	return false;
}

// POSTs an object of text members, listed as name, value, …, NULL, and prints id and api_key.
static int create(const struct cli_command *self, const char *path, const char *bearer,
    const char *const *members)
{
	struct arena arena;
	struct buf body;
	const struct json *answer;
	char key[UUID_TEXT_LEN + 1];
	arena_init(&arena, ARENA_BYTES_MAX);
	buf_init(&body, 65536);
	struct json_out w = json_to(&body);
	json_open(&w, '{');
	for (; *members != NULL; members += 2)
		json_kv_text(&w, members[0], members[1]);
	json_close(&w, '}');
	client_new_key(key);
	struct client_request rq = {.method = "POST",
	    .path = path,
	    .bearer = bearer,
	    .idempotency_key = key,
	    .body = {buf_text(&body), body.len}};
	int result = cli_send(self, &rq, &arena, &answer);
	if (result == CLI_OK)
		printf("id       %s\napi_key  %s\n", cli_text(&arena, answer, "id"),
		    cli_text(&arena, answer, "api_key"));
	buf_release(&body);
	arena_release(&arena);
	return result;
}

int cli_creator_create(const struct cli_command *self, int argc, char **argv)
{
	const char *slug = NULL, *name = NULL;
	const struct cli_option options[] = {
	    {"slug", &slug, NULL}, {"name", &name, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (slug == NULL || name == NULL) {
		cli_complain(self, "--slug and --name are needed");
		return CLI_USAGE;
	}
	const char *key = cli_need(self, "ROADSHOW_OPERATOR_KEY", "the operator's key");
	const char *const members[] = {"slug", slug, "name", name, NULL};
	return key != NULL ? create(self, "/v1/creators", key, members) : CLI_USAGE;
}

int cli_partner_create(const struct cli_command *self, int argc, char **argv)
{
	const char *name = NULL;
	const struct cli_option options[] = {{"name", &name, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (name == NULL) {
		cli_complain(self, "--name is needed");
		return CLI_USAGE;
	}
	const char *key = cli_need(self, "ROADSHOW_OPERATOR_KEY", "the operator's key");
	const char *const members[] = {"name", name, NULL};
	return key != NULL ? create(self, "/v1/partners", key, members) : CLI_USAGE;
}

int cli_key_create(const struct cli_command *self, int argc, char **argv)
{
	const char *role = NULL, *name = NULL;
	const struct cli_option options[] = {
	    {"role", &role, NULL}, {"name", &name, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (role == NULL || name == NULL ||
	    (strcmp(role, "creator") != 0 && strcmp(role, "storefront") != 0)) {
		cli_complain(self, "--role creator or --role storefront, and --name, are needed");
		return CLI_USAGE;
	}
	const char *key = cli_need(self, "ROADSHOW_API_KEY", "a key of the creator's");
	const char *const members[] = {"role", role, "name", name, NULL};
	return key != NULL ? create(self, "/v1/keys", key, members) : CLI_USAGE;
}

int cli_key_revoke(const struct cli_command *self, int argc, char **argv)
{
	const char *id = NULL;
	const struct cli_option options[] = {{NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &id, 1, 1);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	const char *key = cli_need(self, "ROADSHOW_API_KEY", "a key of the creator's");
	if (key == NULL || !is_uuid(self, id))
		return CLI_USAGE;
	char path[PATH_BYTES_MAX];
	struct arena arena;
	const struct json *answer;
	arena_init(&arena, ARENA_BYTES_MAX);
	snprintf(path, sizeof(path), "/v1/keys/%s", id);
	struct client_request rq = {.method = "DELETE", .path = path, .bearer = key};
	int result = cli_send(self, &rq, &arena, &answer);
	if (result == CLI_OK)
		printf("revoked  %s\n", id);
	arena_release(&arena);
	return result;
}

int cli_route(const struct cli_command *self, int argc, char **argv)
{
	const char *order = NULL;
	bool explain = false;
	const struct cli_option options[] = {{"explain", NULL, &explain}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, &order, 1, 1);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (!explain) {
		cli_complain(self, "say --explain: that is what it can do");
		return CLI_USAGE;
	}
	const char *key = cli_need(self, "ROADSHOW_API_KEY", "a key of the creator's");
	if (key == NULL || !is_uuid(self, order))
		return CLI_USAGE;
	char path[PATH_BYTES_MAX];
	struct arena arena;
	const struct json *answer;
	arena_init(&arena, ARENA_BYTES_MAX);
	snprintf(path, sizeof(path), "/v1/orders/%s/routing", order);
	struct client_request rq = {.method = "GET", .path = path, .bearer = key};
	int result = cli_send(self, &rq, &arena, &answer);
	if (result == CLI_OK)
		explain_print(stdout, answer);
	arena_release(&arena);
	return result;
}

// ---- ready --------------------------------------------------------------------------------------

// 0: it is; otherwise the exit code, with the reason in `reason`.
static int ask_ready(struct client *c, struct buf *reason)
{
	struct client_answer answer = {0};
	struct client_request rq = {.method = "GET", .path = "/readyz"};
	int result = CLI_UNREACHABLE;
	buf_clear(reason);
	if (client_call(c, &rq, &answer, reason)) {
		result = answer.status == 200 ? CLI_OK : CLI_FAILED;
		if (result != CLI_OK)
			client_explain(&answer, reason);
	}
	client_answer_release(&answer);
	return result;
}

static void pause_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

int cli_ready(const struct cli_command *self, int argc, char **argv)
{
	const char *wait = NULL;
	int64_t wait_s = 0;
	const struct cli_option options[] = {{"wait", &wait, NULL}, {NULL, NULL, NULL}};
	enum cli_parsed parsed = cli_parse(self, argc, argv, options, NULL, 0, 0);
	if (parsed != CLI_PARSED)
		return end_of(parsed);
	if (wait != NULL && (!str_int64(span_of(wait), &wait_s) || wait_s < 0 || wait_s > 3600)) {
		cli_complain(self, "--wait takes seconds, up to 3600");
		return CLI_USAGE;
	}
	struct client *c = cli_service(self);
	if (c == NULL)
		return CLI_USAGE;
	struct buf reason;
	buf_init(&reason, 4096);
	int64_t until = clock_mono_ms() + wait_s * 1000;
	int result = ask_ready(c, &reason);
	while (result != CLI_OK && clock_mono_ms() < until) {
		pause_ms(WAIT_STEP_MS);
		result = ask_ready(c, &reason);
	}
	if (result == CLI_OK)
		puts("ready");
	else
		cli_complain(self, "%s", buf_text(&reason));
	buf_release(&reason);
	client_close(c);
	return result;
}
