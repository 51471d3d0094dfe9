// SPDX-License-Identifier: Apache-2.0
//
// The chapter in which devices are enrolled, and the one in which they upload what they wrote down
// while they had no network: late, in the wrong order, and twice.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/demo_device.h"
#include "crypto/chain.h"

#define LEASE_HOURS 8
#define CODES_MAX 3 // a code lives for 15 minutes; a run that was interrupted for longer asks again

// ---- enrolment ----------------------------------------------------------------------------------

// A device's key must be in the file before anything is enrolled with it.
static bool make_keys(struct demo *d)
{
	for (int i = 0; i < STORY_DEVICES; i++) {
		struct buf pem;
		if (noted(d, "device.%s.pem", STORY_DEVICE[i].slug)[0] != 0)
			continue;
		struct key *key = key_generate(KEY_P256);
		buf_init(&pem, KEY_PEM_MAX);
		key_pem(&pem, key);
		take_note(d, buf_text(&pem), "device.%s.pem", STORY_DEVICE[i].slug);
		buf_release(&pem);
		key_release(key);
	}
	return notes_save(d->notes, &d->why);
}

// The creator's part: a device and its one-time code.
static const char *make_code(struct demo *d, const struct story_device *s, int attempt)
{
	struct ask a;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/events/%s/devices",
	    noted(d, "event.%s.id", STORY_CITY[s->city].slug));
	ask_key(d, &a, "device-%s-%d", s->slug, attempt);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "name", s->name);
	json_kv_text(&a.w, "profile", s->profile);
	json_close(&a.w, '}');
	const struct json *made = ask_for(d, &a);
	return made != NULL ? text_of(d, made, "enrol_code") : NULL;
}

// The device's part. True with *expired when the code was too old.
static bool send_key(
    struct demo *d, const struct device *v, const char *code, int attempt, bool *expired)
{
	struct ask a;
	ask_begin(&a, "POST", NULL, "/v1/devices/enrol");
	ask_key(d, &a, "enrol-%s-%d", v->story->slug, attempt);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "code", code);
	json_key(&a.w, "public_key");
	key_jwk(&a.w, v->key);
	json_close(&a.w, '}');
	bool ok = ask_all(d, &a, 1);
	*expired = ok && a.answer.status == 410;
	if (ok && !*expired) {
		const struct json *enrolled = ask_answer(d, &a);
		ok = enrolled != NULL;
		take_note(d, text_of(d, enrolled, "device_id"), "device.%s.id", v->story->slug);
		take_note(d, text_of(d, enrolled, "key_id"), "device.%s.key_id", v->story->slug);
	}
	ask_release(&a);
	return ok;
}

// What the till may sell without asking.
static bool take_lease(struct demo *d, struct device *v)
{
	const struct story_city *c = &STORY_CITY[v->story->city];
	struct ask a;
	int free = c->quantity - c->tokenized;
	ask_begin(&a, "POST", NULL, "/v1/leases");
	ask_key(d, &a, "lease-%s", v->story->slug);
	json_open(&a.w, '{');
	json_kv_text(&a.w, "drop_id", noted(d, "drop.%s.id", c->slug));
	json_kv_int(&a.w, "quantity", free);
	json_key(&a.w, "until");
	json_put_time(&a.w, noted_number(d, "started_us") + LEASE_HOURS * INT64_C(3600000000));
	json_close(&a.w, '}');
	device_sign(v, &a);
	const struct json *lease = ask_for(d, &a);
	take_note(d, text_of(d, lease, "id"), "device.%s.lease", v->story->slug);
	return lease != NULL;
}

static bool enrol(struct demo *d, const struct story_device *s)
{
	struct device v;
	bool expired = true;
	bool ok = device_open(&v, d, s);
	for (int attempt = 0; ok && expired && attempt < CODES_MAX; attempt++) {
		const char *code = make_code(d, s, attempt);
		ok = code != NULL && send_key(d, &v, code, attempt, &expired);
	}
	if (ok && strcmp(s->profile, "scan") != 0)
		ok = take_lease(d, &v);
	device_close(&v);
	return ok;
}

bool demo_enrol(struct demo *d)
{
	if (!make_keys(d))
		return false;
	for (int i = 0; i < STORY_DEVICES; i++)
		if (!enrol(d, &STORY_DEVICE[i]))
			return false;
	buf_printf(&d->gist,
	    "%d enrolled, each with a key of its own; the tills lease the walk-in units",
	    STORY_DEVICES);
	return true;
}

// ---- uploads ------------------------------------------------------------------------------------

struct tally {
	int applied, duplicate, conflict, rejected;
};

// Lines from..to (from 1, both included) of a log.
static struct span lines_of(const struct device *v, int64_t from, int64_t to)
{
	struct chain_lines rest = chain_lines_of((struct span){buf_text(&v->log), v->log.len});
	struct span line, part = {buf_text(&v->log), 0};
	for (int64_t seq = 1; chain_line(&rest, &line); seq++) {
		if (seq == from)
			part.ptr = line.ptr;
		if (seq >= from && seq <= to)
			part.len = (size_t)(line.ptr + line.len + 1 - part.ptr);
	}
	return part;
}

static void begin_upload(struct device *v, struct ask *a, int64_t from, int64_t to)
{
	struct span part = lines_of(v, from, to);
	ask_begin(a, "POST", NULL, "/v1/sync");
	ask_key(v->demo, a, "sync-%s-%lld-%lld", v->story->slug, (long long)from, (long long)to);
	a->content_type = "application/x-ndjson";
	buf_put(&a->body, part.ptr, part.len);
	device_sign(v, a);
}

static void count_results(struct demo *d, const struct json *answer, struct tally *t)
{
	const struct json *results = json_get(answer, "results");
	for (const struct json *r = results != NULL ? results->child : NULL; r != NULL;
	     r = r->next) {
		const char *status = text_of(d, r, "status");
		t->applied += strcmp(status, "applied") == 0;
		t->duplicate += strcmp(status, "duplicate") == 0;
		t->conflict += strcmp(status, "conflict") == 0;
		t->rejected += strcmp(status, "rejected") == 0;
	}
}

// One upload that has to be taken; with `twice`, as if its answer had been lost.
static bool upload(struct device *v, int64_t from, int64_t to, bool twice, struct tally *t)
{
	struct demo *d = v->demo;
	struct ask first, again;
	bool ok;
	begin_upload(v, &first, from, to);
	begin_upload(v, &again, from, to);
	const struct json *answer = ask_all(d, &first, 1) ? ask_answer(d, &first) : NULL;
	ok = answer != NULL;
	if (ok)
		count_results(d, answer, t);
	if (ok && twice) {
		ok = ask_all(d, &again, 1) && ask_answer(d, &again) != NULL;
		if (ok && (first.answer.body.len != again.answer.body.len ||
			      memcmp(first.answer.body.data, again.answer.body.data,
				  first.answer.body.len) != 0)) {
			buf_printf(&d->why, "%s sent the same bytes twice and got two answers",
			    v->story->name);
			ok = false;
		}
		take_number(d, 1, "device.%s.twice", v->story->slug);
	}
	ask_release(&first);
	ask_release(&again);
	return ok;
}

// The second half before the first: the service takes nothing and says what it is waiting for.
static bool upload_too_early(struct device *v, int64_t from, int64_t to)
{
	struct demo *d = v->demo;
	struct ask a;
	begin_upload(v, &a, from, to);
	bool ok = ask_all(d, &a, 1);
	const char *code = ok ? ask_problem(d, &a) : "";
	if (ok && strcmp(code, "gap") != 0)
		ok = ask_answer(d, &a) != NULL; // of a run that was interrupted: it is known by now
	take_number(d, 1, "device.%s.gap", v->story->slug);
	ask_release(&a);
	return ok;
}

static bool upload_all(struct demo *d, const struct story_device *s, struct tally *t)
{
	struct device v;
	bool ok = device_open(&v, d, s);
	int64_t half = ok ? v.seq / 2 : 0;
	if (ok && s->later) {
		ok = upload(&v, 1, v.seq, true, t);
	} else if (ok) {
		ok = upload_too_early(&v, half + 1, v.seq) && upload(&v, 1, half, false, t) &&
		     upload(&v, half + 1, v.seq, false, t);
	}
	take_number(d, v.seq, "device.%s.facts", s->slug);
	device_close(&v);
	return ok;
}

bool demo_upload(struct demo *d)
{
	struct tally t = {0};
	int facts = 0;
	for (int later = 0; later <= 1; later++)
		for (int i = 0; i < STORY_DEVICES; i++) {
			const struct story_device *s = &STORY_DEVICE[i];
			if (s->later != (later == 1))
				continue;
			if (!upload_all(d, s, &t))
				return false;
			facts += (int)noted_number(d, "device.%s.facts", s->slug);
		}
	take_number(d, facts, "facts");
	buf_printf(&d->gist,
	    "%d facts, the last ones first and some twice: %d applied, %d in conflict", facts,
	    t.applied, t.conflict);
	return true;
}
