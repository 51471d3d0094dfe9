// SPDX-License-Identifier: Apache-2.0
//
// The worker's copies of creators' hubs, for ranking. Bounded: the one that was not used for
// longest makes room. A copy is never trusted with stock or capacity, the database decides on live
// rows; it only has to be young enough to find the right candidates.
#ifndef ROADSHOW_ORDERS_CONTEXT_H
#define ROADSHOW_ORDERS_CONTEXT_H

#include "base/base.h"
#include "base/ids.h"
#include "base/str.h"
#include "routing/snapshot.h"

#define CONTEXT_CREATORS_MAX 64
#define CONTEXT_AGE_MS_MAX 1000 // then stock and slots are read again
#define CONTEXT_STALE_MS 100	// after context_stale(), no sooner

// The creator's hubs, or NULL. Borrowed: valid until the next context_store().
const struct route_snapshot *context_find(const struct uuid *creator);
// What to tell the database that this worker knows: a version, or -1 to get all of it. After -1 the
// copy counts as young, so that one order refreshes it and the others need not.
int64_t context_known(const struct uuid *creator);
// An order was decided on this copy: see snapshot_take().
void context_take(const struct uuid *creator, const struct route_candidate *chosen,
    const struct route_request *request);
// Something happened that the copy does not know: it is read again soon.
void context_stale(const struct uuid *creator);
// Replaces the creator's copy. False when the text is not a snapshot; the copy is gone then.
bool context_store(const struct uuid *creator, struct span snapshot) MUST_CHECK;

#endif
