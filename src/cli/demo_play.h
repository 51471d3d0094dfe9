// SPDX-License-Identifier: Apache-2.0
//
// What the chapters of the demo share: the run, its notes, and how it speaks to the service.
//
// Every call that changes something carries an Idempotency-Key made of the run's own nonce and what
// it is about, and everything a later chapter needs goes into the notes. A chapter that was
// interrupted is played again from its start: same keys, same answers.
//
// A chapter returns false once it has said why in `d->why`; the run stops there.
#ifndef ROADSHOW_CLI_DEMO_PLAY_H
#define ROADSHOW_CLI_DEMO_PLAY_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "cli/command.h"
#include "cli/demo_notes.h"
#include "cli/http.h"
#include "json/json.h"

#define DEMO_PARALLEL 64
#define ASK_PATH_MAX 1024
#define ASK_KEY_MAX 120

struct demo {
	const char *name; // of the run, and the creator's slug
	struct notes *notes;
	struct client *service;
	struct arena arena; // answers; emptied after each chapter
	struct buf why;	    // one line: what went wrong
	struct buf gist;    // one line: what the chapter did, for the person who watches
	int64_t retries;    // calls that the service asked to repeat
};

// ---- notes --------------------------------------------------------------------------------------

const char *noted(const struct demo *d, const char *name_fmt, ...) PRINTF_LIKE(2, 3);
int64_t noted_number(const struct demo *d, const char *name_fmt, ...) PRINTF_LIKE(2, 3); // 0: none
void take_note(struct demo *d, const char *value, const char *name_fmt, ...) PRINTF_LIKE(3, 4);
void take_number(struct demo *d, int64_t value, const char *name_fmt, ...) PRINTF_LIKE(3, 4);

// ---- calls --------------------------------------------------------------------------------------

// One call: begun, given a body through `w`, sent, read, released. Do not copy it: `w` points into
// it.
struct ask {
	const char *method, *bearer;
	char path[ASK_PATH_MAX];
	char key[ASK_KEY_MAX]; // Idempotency-Key; "" none
	const char *content_type;
	struct client_header headers[CLIENT_HEADERS_MAX];
	struct buf body;
	struct json_out w;
	struct client_answer answer;
};

void ask_begin(struct ask *a, const char *method, const char *bearer, const char *path_fmt, ...)
    PRINTF_LIKE(4, 5);
// Names a call that changes something; the run's nonce comes before it.
void ask_key(const struct demo *d, struct ask *a, const char *fmt, ...) PRINTF_LIKE(3, 4);
void ask_release(struct ask *a);

// Sends all of them, many at a time, and again those that got no answer or were asked to wait,
// until each has one. False when the service cannot be reached.
bool ask_all(struct demo *d, struct ask *list, size_t count) MUST_CHECK;
// Sends one that has to succeed and returns its answer's JSON (NULL: it did not, and `why` says
// so). Releases the call.
const struct json *ask_for(struct demo *d, struct ask *a) MUST_CHECK;
// The JSON of an answer in the run's arena; NULL with `why` unless the status is 2xx.
const struct json *ask_answer(struct demo *d, const struct ask *a) MUST_CHECK;
// Says in `why` that the call was refused and how.
void ask_refused(struct demo *d, const struct ask *a);
// The code of a problem, "" for none.
const char *ask_problem(struct demo *d, const struct ask *a);
// Every element of a list, page by page, handed to `take`. False with `why`.
bool ask_list(struct demo *d, const char *bearer, const char *path, const char *member,
    void (*take)(void *arg, const struct json *element), void *arg) MUST_CHECK;

// ---- reading ------------------------------------------------------------------------------------

const char *text_of(struct demo *d, const struct json *object, const char *member); // "" for none
int number_of(const struct json *object, const char *member);			    // 0 for none

// ---- chapters -----------------------------------------------------------------------------------

bool demo_found(struct demo *d) MUST_CHECK;   // creator, keys, partners
bool demo_stage(struct demo *d) MUST_CHECK;   // events, goods, drops
bool demo_shelve(struct demo *d) MUST_CHECK;  // hubs and what is on their shelves
bool demo_rush(struct demo *d) MUST_CHECK;    // everybody claims at once
bool demo_rethink(struct demo *d) MUST_CHECK; // some give theirs back, some ask again
bool demo_order(struct demo *d) MUST_CHECK;   // home delivery
bool demo_enrol(struct demo *d) MUST_CHECK;   // devices, mirrors, leases
bool demo_doors(struct demo *d) MUST_CHECK;   // the evenings, without a network
bool demo_upload(struct demo *d) MUST_CHECK;  // what the devices have to tell
bool demo_fulfil(struct demo *d) MUST_CHECK;  // partners pick, pack and hand over
// Asks the service how things stand and prints the report. *adds_up: whether every check passed.
bool demo_report(struct demo *d, bool *adds_up) MUST_CHECK;

#endif
