// SPDX-License-Identifier: Apache-2.0
//
// How the demo speaks to the service: like a good client. It keeps its Idempotency-Key when it
// repeats a call, waits as long as Retry-After says, and gives up after a bounded time.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/demo_play.h"

#define BODY_BYTES_MAX ((size_t)8 << 20)
#define ROUNDS_MAX 12
#define WAIT_MS_DEFAULT 250
#define WAIT_MS_MAX 5000
#define PAGE 200
#define PAGES_MAX 200
#define NAME_MAX_BYTES 96

// ---- notes --------------------------------------------------------------------------------------

const char *noted(const struct demo *d, const char *name_fmt, ...)
{
	char name[NAME_MAX_BYTES];
	va_list args;
	va_start(args, name_fmt);
	vsnprintf(name, sizeof(name), name_fmt, args);
	va_end(args);
	return notes_get(d->notes, name);
}

int64_t noted_number(const struct demo *d, const char *name_fmt, ...)
{
	char name[NAME_MAX_BYTES];
	int64_t value;
	va_list args;
	va_start(args, name_fmt);
	vsnprintf(name, sizeof(name), name_fmt, args);
	va_end(args);
	return str_int64(span_of(notes_get(d->notes, name)), &value) ? value : 0;
}

void take_note(struct demo *d, const char *value, const char *name_fmt, ...)
{
	char name[NAME_MAX_BYTES];
	va_list args;
	va_start(args, name_fmt);
	vsnprintf(name, sizeof(name), name_fmt, args);
	va_end(args);
	notes_put(d->notes, name, value);
}

void take_number(struct demo *d, int64_t value, const char *name_fmt, ...)
{
	char name[NAME_MAX_BYTES], text[24];
	va_list args;
	va_start(args, name_fmt);
	vsnprintf(name, sizeof(name), name_fmt, args);
	va_end(args);
	snprintf(text, sizeof(text), "%lld", (long long)value);
	notes_put(d->notes, name, text);
}

// ---- one call -----------------------------------------------------------------------------------

void ask_begin(struct ask *a, const char *method, const char *bearer, const char *path_fmt, ...)
{
	va_list args;
	*a = (struct ask){.method = method, .bearer = bearer};
	va_start(args, path_fmt);
	int len = vsnprintf(a->path, sizeof(a->path), path_fmt, args);
	va_end(args);
	ASSERT(len > 0 && (size_t)len < sizeof(a->path));
	buf_init(&a->body, BODY_BYTES_MAX);
	a->w = json_to(&a->body);
}

void ask_key(const struct demo *d, struct ask *a, const char *fmt, ...)
{
	va_list args;
	int len = snprintf(a->key, sizeof(a->key), "demo-%s-", noted(d, "nonce"));
	va_start(args, fmt);
	len += vsnprintf(a->key + len, sizeof(a->key) - (size_t)len, fmt, args);
	va_end(args);
	ASSERT((size_t)len < sizeof(a->key));
}

void ask_release(struct ask *a)
{
	client_answer_release(&a->answer);
	buf_release(&a->body);
}

static struct client_request request_of(const struct ask *a)
{
	struct client_request rq = {
	    .method = a->method,
	    .path = a->path,
	    .bearer = a->bearer,
	    .idempotency_key = a->key[0] != 0 ? a->key : NULL,
	    .content_type = a->content_type,
	};
	if (a->body.len > 0)
		rq.body = (struct span){buf_text(&a->body), a->body.len};
	memcpy(rq.headers, a->headers, sizeof(rq.headers));
	return rq;
}

// ---- sending ------------------------------------------------------------------------------------

static bool answer_has_code(const struct client_answer *a, const char *code)
{
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20);
	const struct json *problem = client_json(a, &arena);
	bool same = problem != NULL && span_eq(json_get_text(problem, "code"), code);
	arena_release(&arena);
	return same;
}

// Milliseconds after which the same call is worth another try; 0: it has its answer.
static long wait_of(const struct client_answer *a)
{
	bool again = a->status == 0 || a->status == 429 || a->status == 503 ||
		     (a->status == 409 && answer_has_code(a, "idempotency_in_progress"));
	if (!again)
		return 0;
	long ms = a->retry_after_s > 0 ? a->retry_after_s * 1000 : WAIT_MS_DEFAULT;
	return ms < WAIT_MS_MAX ? ms : WAIT_MS_MAX;
}

static void pause_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

// Sends the calls of `list` that `open` names and keeps in `open` those to be sent again. Returns
// how many those are and, in *wait_ms, how long to wait before.
static size_t send_open(
    struct demo *d, struct ask *list, size_t *open, size_t count, struct buf *error, long *wait_ms)
{
	struct client_request *rqs = calloc(count, sizeof(*rqs));
	struct client_answer *answers = calloc(count, sizeof(*answers));
	size_t again = 0;
	*wait_ms = 0;
	ASSERT(rqs != NULL && answers != NULL);
	for (size_t i = 0; i < count; i++)
		rqs[i] = request_of(&list[open[i]]);
	buf_clear(error);
	bool all = client_call_all(d->service, rqs, answers, count, DEMO_PARALLEL, error);
	for (size_t i = 0; i < count; i++) {
		struct ask *a = &list[open[i]];
		client_answer_release(&a->answer);
		a->answer = answers[i];
		long ms = wait_of(&a->answer);
		if (ms > 0)
			open[again++] = open[i];
		*wait_ms = ms > *wait_ms ? ms : *wait_ms;
	}
	ASSERT(all || again > 0);
	free(rqs);
	free(answers);
	return again;
}

bool ask_all(struct demo *d, struct ask *list, size_t count)
{
	size_t *open = calloc(count > 0 ? count : 1, sizeof(*open)), left = count;
	struct buf error;
	long wait_ms = 0;
	ASSERT(open != NULL);
	buf_init(&error, 4096);
	for (size_t i = 0; i < count; i++)
		open[i] = i;
	for (int round = 0; left > 0 && round < ROUNDS_MAX; round++) {
		if (round > 0)
			pause_ms(wait_ms);
		left = send_open(d, list, open, left, &error, &wait_ms);
		d->retries += (int64_t)left;
	}
	bool ok = true;
	for (size_t i = 0; i < left; i++)
		ok = ok && list[open[i]].answer.status != 0;
	if (!ok)
		buf_printf(&d->why, "%s", buf_text(&error));
	free(open);
	buf_release(&error);
	return ok;
}

const char *ask_problem(struct demo *d, const struct ask *a)
{
	const struct json *problem =
	    a->answer.status >= 400 ? client_json(&a->answer, &d->arena) : NULL;
	return problem != NULL ? text_of(d, problem, "code") : "";
}

void ask_refused(struct demo *d, const struct ask *a)
{
	buf_printf(&d->why, "%s %s was refused: ", a->method, a->path);
	client_explain(&a->answer, &d->why);
}

const struct json *ask_answer(struct demo *d, const struct ask *a)
{
	const struct json *body = NULL;
	if (a->answer.status >= 200 && a->answer.status <= 299) {
		body = client_json(&a->answer, &d->arena);
		if (body == NULL)
			buf_printf(&d->why, "%s %s answered with no JSON", a->method, a->path);
		return body;
	}
	ask_refused(d, a);
	return NULL;
}

const struct json *ask_for(struct demo *d, struct ask *a)
{
	const struct json *body = ask_all(d, a, 1) ? ask_answer(d, a) : NULL;
	ask_release(a);
	return body;
}

bool ask_list(struct demo *d, const char *bearer, const char *path, const char *member,
    void (*take)(void *arg, const struct json *element), void *arg)
{
	char target[ASK_PATH_MAX];
	snprintf(target, sizeof(target), "%s%climit=%d", path, strchr(path, '?') ? '&' : '?', PAGE);
	for (int page = 0; page < PAGES_MAX && target[0] != 0; page++) {
		struct ask a;
		ask_begin(&a, "GET", bearer, "%s", target);
		const struct json *body = ask_all(d, &a, 1) ? ask_answer(d, &a) : NULL;
		const struct json *list = body != NULL ? json_get(body, member) : NULL;
		for (const struct json *e = list != NULL ? list->child : NULL; e != NULL;
		     e = e->next)
			take(arg, e);
		const struct json *next = body != NULL ? json_get(body, "next") : NULL;
		struct span cursor = next != NULL ? next->text : (struct span){NULL, 0};
		int len = snprintf(target, sizeof(target), "%s%climit=%d&after=%.*s", path,
		    strchr(path, '?') ? '&' : '?', PAGE, (int)cursor.len, cursor.ptr);
		ASSERT((size_t)len < sizeof(target));
		if (cursor.len == 0)
			target[0] = 0;
		ask_release(&a);
		if (body == NULL)
			return false;
	}
	return true;
}

// ---- reading ------------------------------------------------------------------------------------

const char *text_of(struct demo *d, const struct json *object, const char *member)
{
	return cli_text(&d->arena, object, member);
}

int number_of(const struct json *object, const char *member)
{
	return object != NULL ? (int)json_get_int(object, member, 0) : 0;
}
