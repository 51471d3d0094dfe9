// SPDX-License-Identifier: Apache-2.0
//
// Kore's event loop for src/db: the only file here that sees Kore's types.
//
// Sockets are level-triggered, because libpq may leave bytes unread; write interest is asked for
// only while libpq has something to flush.
#include <sys/epoll.h>

#include <kore/kore.h>

#include "db/internal.h"

_Static_assert(sizeof(struct kore_event) <= sizeof(((struct loop_watch *)0)->kore_event),
    "struct kore_event grew");

static void on_event(void *arg, int error)
{
	struct loop_watch *w = arg;

	(void)error; // libpq finds out by itself when it reads
	if (w->fd >= 0)
		w->ready(w);
}

void loop_watch(struct loop_watch *w, int fd, bool want_write, void (*ready)(struct loop_watch *))
{
	struct kore_event *event = (struct kore_event *)(void *)w->kore_event;

	w->ready = ready;
	if (w->fd == fd && w->want_write == want_write)
		return;
	event->type = KORE_TYPE_CONNECTION + 1000; // none of Kore's own
	event->flags = 0;
	event->handle = on_event;
	w->fd = fd;
	w->want_write = want_write;
	kore_platform_event_schedule(fd, EPOLLIN | (want_write ? (int)EPOLLOUT : 0), 0, w);
}

// The socket is closed next (or was, by libpq), which takes it out of epoll; taking it out here too
// would be fatal in Kore when libpq was faster.
void loop_unwatch(struct loop_watch *w)
{
	w->fd = -1;
	w->want_write = false;
}

static void on_tick(void *arg, u_int64_t now)
{
	void (**tick)(void) = arg;

	(void)now;
	(*tick)();
}

void loop_every(int64_t ms, void (*tick)(void))
{
	void (**holder)(void) = kore_malloc(sizeof(tick)); // lives as long as the worker

	*holder = tick;
	(void)kore_timer_add(on_tick, (u_int64_t)ms, holder, 0);
}
