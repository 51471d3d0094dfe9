// SPDX-License-Identifier: Apache-2.0
//
// Whose request is read next. Kore reads from all connections that have something, and then handles
// what it has read, the last first: beside a thousand connections of a storm everybody waits for a
// thousand requests, three times over (to be read, to be sent to the database, to be answered).
//
// So a connection whose last answer went to a crowded creator, or was a refusal for there being too
// much, waits in a line of its own: in each turn of the loop all others are served, and then
// TURN_REQUESTS_MAX of the line. Nothing is lost by it when nobody else is there: the loop does not
// sleep while somebody is in line. A connection leaves with its first other answer.
//
// Whoever is refused at once asks at once: without a bound, refusing takes all the time there is. After
// REFUSED_IN_MS_MAX in a millisecond the line rests until the next; who is in it waits that much longer.
//
// A turn of the loop: what the last one submitted goes to the database and some of the answers that wait are
// given out (db_turn()), sockets are read, then those in line; what was read is handled.
//
// The linker's --wrap puts __wrap_kore_platform_event_wait() in the place of Kore's. What is known of
// a connection hangs on its hdlr_extra, which Kore frees with it; Kore uses it for websockets only.
#include <sys/types.h>
#include <sys/queue.h>

#include <kore/kore.h>

#include "base/base.h"
#include "base/clock.h"
#include "db/db.h"
#include "http/client.h"

#define TURN_REQUESTS_MAX 8 // some 30 µs each, until they are refused or wait for the database
#define REFUSED_IN_MS_MAX 8 // about a fifth of a core

struct turn {
	TAILQ_ENTRY(turn) list;
	struct connection *connection;
	bool in_line;
};

static TAILQ_HEAD(, turn) line = TAILQ_HEAD_INITIALIZER(line);
static struct {
	int64_t mono_ms;
	int count;
} refused;

void __real_kore_platform_event_wait(u_int64_t ms);
void __wrap_kore_platform_event_wait(u_int64_t ms);

static void leave(struct turn *t)
{
	if (t->in_line)
		TAILQ_REMOVE(&line, t, list);
	t->in_line = false;
}

static void on_disconnect(struct connection *c)
{
	leave(c->hdlr_extra);
}

// Whoever has asked is not idle while it waits in line. A head or body that is half read goes on being
// timed: what it asked for has begun.
static void begin_clocks(struct connection *c)
{
	if (!(c->evt.flags & KORE_EVENT_READ) || !TAILQ_EMPTY(&c->http_requests) ||
	    c->rnb == NULL || c->rnb->s_off != 0)
		return;
	c->http_start = kore_time_ms();
	kore_connection_start_idletimer(c);
}

// What the socket has to tell stays noted in the connection's flags.
static void on_event(void *connection, int error)
{
	struct connection *c = connection;
	struct turn *t = c->hdlr_extra;

	if (error) {
		kore_connection_event(c, error);
	} else if (!t->in_line && c->state != CONN_STATE_DISCONNECTING) {
		begin_clocks(c);
		t->in_line = true;
		TAILQ_INSERT_TAIL(&line, t, list);
	}
}

static void count_refused(void)
{
	int64_t now_ms = clock_mono_ms();

	if (refused.mono_ms != now_ms)
		refused.count = 0;
	refused.mono_ms = now_ms;
	refused.count++;
}

static bool line_rests(void)
{
	return refused.count >= REFUSED_IN_MS_MAX && refused.mono_ms == clock_mono_ms();
}

void client_waits_in_line(struct connection *c, bool in_line, bool was_refused)
{
	struct turn *t = c->hdlr_extra;

	if (was_refused)
		count_refused();
	if (!in_line) {
		c->evt.handle = kore_connection_event;
		return;
	}
	if (t == NULL) {
		t = kore_calloc(1, sizeof(*t));
		t->connection = c;
		c->hdlr_extra = t;
		c->disconnect = on_disconnect;
	}
	c->evt.handle = on_event;
}

void __wrap_kore_platform_event_wait(u_int64_t ms)
{
	bool more = db_turn(); // before those of the line are read
	struct turn *t;

	if (more)
		ms = 0;
	else if (!TAILQ_EMPTY(&line))
		ms = line_rests() && ms > 0 ? 1 : 0;
	__real_kore_platform_event_wait(ms);
	for (int i = 0; i < TURN_REQUESTS_MAX && !line_rests() && (t = TAILQ_FIRST(&line)); i++) {
		leave(t);
		kore_connection_event(t->connection, 0);
	}
}
