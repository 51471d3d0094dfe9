// SPDX-License-Identifier: Apache-2.0
//
// The chapter of the two evenings. Each city's devices take their mirror and the public keys, then
// the network is gone: they check tokens by themselves, sell from their leases and write everything
// down. What a device decides rests on what it has with it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/demo_device.h"
#include "crypto/chain.h"

#define GUESTS_MAX STORY_FANS
#define SCANNERS_MAX 2
#define STEP_MS 3	 // between two people at a door
#define COPY_AFTER_MS 60 // until a copied token shows up at the other door
#define COPIES 2	 // tokens that were copied, in each city
#define SERIALS_MAX 256

// What a device has with it.
struct mirror {
	int64_t size;		 // of the ledger, when it was taken
	char state[SERIALS_MAX]; // of each serial: first letter of its state, 0 unknown
};

struct door {
	struct device device;
	struct mirror mirror;
	bool seen[SERIALS_MAX]; // serials this device has let in
	int let_in, turned_away;
};

struct evening {
	struct demo *demo;
	const struct story_city *city;
	struct verifier keys;
	struct uuid drop;
	struct door doors[SCANNERS_MAX];
	int door_count;
	struct device till;
	bool till_is_door;
};

static void pause_ms(long ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

// ---- before the network goes --------------------------------------------------------------------

static void take_mirror_line(struct mirror *m, const struct json *line)
{
	struct span kind = json_get_text(line, "kind"), state = json_get_text(line, "state");
	int64_t serial = json_get_int(line, "serial", 0);
	if (span_eq(kind, "head"))
		m->size = json_get_int(line, "ledger_size", 0);
	else if (span_eq(kind, "token") && serial > 0 && serial < SERIALS_MAX && state.len > 0)
		m->state[serial] = state.ptr[0];
}

static bool take_mirror(struct door *w)
{
	struct demo *d = w->device.demo;
	struct ask a;
	char reason[128];
	struct span line;
	ask_begin(&a, "GET", NULL, "/v1/mirror");
	device_sign(&w->device, &a);
	bool ok = ask_all(d, &a, 1);
	if (ok && a.answer.status != 200) {
		ask_refused(d, &a);
		ok = false;
	}
	struct chain_lines lines =
	    chain_lines_of((struct span){buf_text(&a.answer.body), a.answer.body.len});
	while (ok && chain_line(&lines, &line)) {
		const struct json *e =
		    json_parse(&d->arena, line.ptr, line.len, reason, sizeof(reason));
		if (e != NULL)
			take_mirror_line(&w->mirror, e);
	}
	ask_release(&a);
	return ok;
}

static void evening_end(struct evening *e)
{
	for (int i = 0; i < e->door_count; i++)
		device_close(&e->doors[i].device);
	device_close(&e->till);
	verifier_release(&e->keys);
}

// Opens the city's devices: those that scan are its doors; a till without a second scanner beside
// it is a door too. On failure everything opened so far still has to be closed.
static bool evening_begin(struct evening *e, struct demo *d, int city)
{
	*e = (struct evening){.demo = d, .city = &STORY_CITY[city]};
	if (!verifier_fetch(&e->keys, d) ||
	    !uuid_parse(span_of(noted(d, "drop.%s.id", e->city->slug)), &e->drop))
		return false;
	for (int i = 0; i < STORY_DEVICES; i++) {
		const struct story_device *s = &STORY_DEVICE[i];
		if (s->city != city)
			continue;
		bool scans = strcmp(s->profile, "till") != 0,
		     sells = strcmp(s->profile, "scan") != 0;
		if (scans) {
			struct door *w = &e->doors[e->door_count++];
			if (!device_open(&w->device, d, s) || !take_mirror(w))
				return false;
		}
		if (sells && !scans && !device_open(&e->till, d, s))
			return false;
		e->till_is_door = e->till_is_door || (sells && scans);
	}
	return true;
}

static struct device *till_of(struct evening *e)
{
	return e->till_is_door ? &e->doors[e->door_count - 1].device : &e->till;
}

// ---- at a door ----------------------------------------------------------------------------------

// Why the device does not let this token in; NULL: it does.
static const char *objection(
    const struct evening *e, const struct door *w, bool genuine, const struct token_claims *c)
{
	if (!genuine)
		return "not_genuine";
	if (!uuid_eq(&c->drop, &e->drop))
		return "other_drop";
	if (c->serial < 1 || c->serial >= SERIALS_MAX || clock_now_us() / 1000000 >= c->expires_s)
		return "expired";
	if (w->seen[c->serial])
		return "seen_before";
	if (w->mirror.state[c->serial] == 'c')
		return "cancelled";
	return NULL;
}

static void scan(struct evening *e, int door, const char *jwt)
{
	struct door *w = &e->doors[door];
	struct token_claims claims = {0};
	bool genuine = verifier_check(&e->keys, &e->demo->arena, jwt, &claims);
	const char *reason = objection(e, w, genuine, &claims);
	struct json_out line = device_line(&w->device, reason == NULL ? "redeem" : "reject");
	json_kv_text(&line, "token", jwt);
	json_kv_text(&line, "gate", w->device.story->name);
	if (reason != NULL) {
		json_kv_text(&line, "reason", reason);
		w->turned_away++;
	} else {
		json_kv_text(&line, "outcome", "let_in");
		json_kv_int(&line, "mirror_index", w->mirror.size - 1);
		w->seen[claims.serial] = true;
		w->let_in++;
	}
	device_line_end(&w->device, &line);
	pause_ms(STEP_MS);
}

static void heartbeat(struct device *v)
{
	struct json_out line = device_line(v, "heartbeat");
	json_kv_int(&line, "backlog", v->seq);
	device_line_end(v, &line);
}

// A token whose signature somebody made up.
static void scan_forgery(struct evening *e, int door, const char *jwt)
{
	char *copy = arena_strndup(&e->demo->arena, jwt, strlen(jwt));
	ASSERT(copy != NULL && strlen(copy) > 20);
	char *at = copy + strlen(copy) - 20;
	*at = *at == 'A' ? 'B' : 'A';
	scan(e, door, copy);
}

// ---- the people ---------------------------------------------------------------------------------

// Holders who come in person. Returns how many.
static int guests_of(const struct demo *d, const struct story_city *c, int guests[GUESTS_MAX])
{
	int count = 0;
	for (int fan = c->first_fan; fan < c->first_fan + c->fans; fan++)
		if (noted(d, "fan.%d.token", fan)[0] != 0 && noted(d, "fan.%d.state", fan)[0] == 0)
			guests[count++] = fan;
	return count - c->stay_away;
}

// One guest gives the token back while the doors have no network, and comes all the same.
static bool cancel_on_the_way(struct demo *d, int fan)
{
	struct ask a;
	ask_begin(&a, "POST", noted(d, "creator.key"), "/v1/tokens/%s/cancel",
	    noted(d, "fan.%d.token", fan));
	ask_key(d, &a, "cancel-late-%03d", fan);
	if (ask_for(d, &a) == NULL)
		return false;
	take_note(d, "cancelled_late", "fan.%d.state", fan);
	return true;
}

static const char *jwt_of(const struct demo *d, int fan)
{
	return noted(d, "fan.%d.jwt", fan);
}

// Somebody of this city whose token was cancelled before the evening.
static int who_cancelled(const struct demo *d, const struct story_city *c)
{
	int fan = c->first_fan;
	while (
	    strcmp(noted(d, "fan.%d.state", fan), "cancelled") != 0 && fan < c->first_fan + c->fans)
		fan++;
	return fan;
}

// Everybody comes in, by turns at the doors; two tokens were copied and show up at both.
static void let_in(struct evening *e, const int *guests, int count)
{
	struct demo *d = e->demo;
	for (int i = 0; i < COPIES; i++)
		scan(e, 0, jwt_of(d, guests[i]));
	for (int i = COPIES; i < count; i++)
		scan(e, i % e->door_count, jwt_of(d, guests[i]));
	pause_ms(COPY_AFTER_MS);
	for (int i = 0; i < COPIES; i++)
		scan(e, e->door_count - 1, jwt_of(d, guests[i]));
}

// Those whom a device can turn away by itself.
static void turn_away(struct evening *e, const int *guests)
{
	struct demo *d = e->demo;
	const struct story_city *other = &STORY_CITY[e->city == STORY_CITY ? 1 : 0];
	int stranger = other->first_fan;
	while (jwt_of(d, stranger)[0] == 0)
		stranger++;
	scan(e, 0, jwt_of(d, guests[0]));
	scan(e, 0, jwt_of(d, who_cancelled(d, e->city)));
	scan(e, e->door_count - 1, jwt_of(d, stranger));
	scan_forgery(e, e->door_count - 1, jwt_of(d, guests[1]));
}

// ---- the till -----------------------------------------------------------------------------------

static void sell(struct evening *e, int n, int quantity)
{
	struct device *v = till_of(e);
	const char *method = n % 3 == 0 ? "cash" : "card";
	char reference[48];
	snprintf(reference, sizeof(reference), "%s-%03d", e->city->slug, n);
	struct json_out line = device_line(v, "sale");
	json_key(&line, "lines");
	json_open(&line, '[');
	json_open(&line, '{');
	json_kv_text(&line, "drop_id", noted(e->demo, "drop.%s.id", e->city->slug));
	json_kv_int(&line, "quantity", quantity);
	json_key(&line, "price");
	json_open(&line, '{');
	json_kv_int(&line, "amount", e->city->price);
	json_kv_text(&line, "currency", STORY_CURRENCY);
	json_close(&line, '}');
	json_close(&line, '}');
	json_close(&line, ']');
	json_kv_text(&line, "lease_id", noted(e->demo, "device.%s.lease", v->story->slug));
	json_key(&line, "payment");
	json_open(&line, '{');
	json_kv_text(&line, "method", method);
	if (strcmp(method, "card") == 0)
		json_kv_text(&line, "reference", reference);
	json_close(&line, '}');
	device_line_end(v, &line);
	pause_ms(1);
}

// Mostly one, every fifth time two. Returns how many sales that made.
static int sell_all(struct evening *e)
{
	int sales = 0;
	for (int left = e->city->walk_ins; left > 0; sales++) {
		int quantity = sales % 5 == 4 && left > 1 ? 2 : 1;
		sell(e, sales + 1, quantity);
		left -= quantity;
	}
	return sales;
}

// ---- the evening --------------------------------------------------------------------------------

static void write_down(struct evening *e, int sales)
{
	struct demo *d = e->demo;
	int in = 0, away = 0;
	for (int i = 0; i < e->door_count; i++) {
		heartbeat(&e->doors[i].device);
		device_keep_log(&e->doors[i].device);
		in += e->doors[i].let_in;
		away += e->doors[i].turned_away;
	}
	if (!e->till_is_door) {
		heartbeat(&e->till);
		device_keep_log(&e->till);
	}
	take_number(d, in, "%s.let_in", e->city->slug);
	take_number(d, away, "%s.turned_away", e->city->slug);
	take_number(d, sales, "%s.sales", e->city->slug);
	take_number(d, e->city->walk_ins, "%s.sold", e->city->slug);
}

static bool play_evening(struct demo *d, int city)
{
	int guests[GUESTS_MAX] = {0};
	struct evening e;
	bool ok = evening_begin(&e, d, city);
	int count = ok ? guests_of(d, e.city, guests) : 0;
	ASSERT(!ok || count > 2 * COPIES);
	if (ok)
		ok = cancel_on_the_way(d, guests[count - 1]);
	if (ok) {
		let_in(&e, guests, count);
		turn_away(&e, guests);
		write_down(&e, sell_all(&e));
	}
	evening_end(&e);
	return ok;
}

bool demo_doors(struct demo *d)
{
	int in = 0, away = 0, sold = 0;
	for (int c = 0; c < STORY_CITIES; c++) {
		if (!play_evening(d, c))
			return false;
		in += (int)noted_number(d, "%s.let_in", STORY_CITY[c].slug);
		away += (int)noted_number(d, "%s.turned_away", STORY_CITY[c].slug);
		sold += (int)noted_number(d, "%s.sold", STORY_CITY[c].slug);
	}
	buf_printf(&d->gist, "no network: %d let in, %d turned away, %d sold at the tills", in,
	    away, sold);
	return true;
}
