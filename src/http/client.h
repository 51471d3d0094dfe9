// SPDX-License-Identifier: Apache-2.0
//
// The side of a call that Kore knows: client.c, the only file of request handling that sees Kore.
#ifndef ROADSHOW_CLIENT_H
#define ROADSHOW_CLIENT_H

#include "base/str.h"

// A bit of Kore's connection flags, far from its own: this answer is the connection's last.
#define CLIENT_CLOSES_AFTER 0x4000

struct call;
struct connection;
struct http_request;

struct span client_header(const struct http_request *r, const char *name);
// Lets the handler run again in this turn of the loop; the call is rendered.
void client_wake(struct http_request *r);
// Runs once, in the next turn of the loop, which comes at once.
void client_later(void (*run)(void *arg), void *arg);
// The connection ends after this answer.
void client_close_after(struct http_request *r);
// What the connection asks next waits behind what others ask (kore_turns.c), or does no more. Refused: for there
// being too much.
void client_waits_in_line(struct connection *c, bool in_line, bool was_refused);

#endif
