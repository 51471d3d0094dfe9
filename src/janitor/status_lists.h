// SPDX-License-Identifier: Apache-2.0
//
// The job `status_lists`: signs the status list of each event that is due. What is not valid, and when
// a list is due, is the database's; a list is computed from one snapshot and stored with the count of
// changes that it shows. Two hosts may sign the same list: the database keeps the newer one, and a
// kill at any instruction leaves the list due.
#ifndef ROADSHOW_JANITOR_STATUS_LISTS_H
#define ROADSHOW_JANITOR_STATUS_LISTS_H

#include "base/base.h"
#include "crypto/keys.h"
#include "tool/pg.h"

#define STATUS_LIST_LIFE_S INT64_C(86400) // signed anew half way, see api.status_list_store()

// Once per process, before the first run. Both are borrowed for good; the keys are of P-256.
void status_lists_start(const struct keyring *status_keys, const char *public_url);
// As struct job has it: up to `limit` lists of one creator; -1 with the reason in pg_error().
int64_t status_lists_run(struct pg *pg, const char *creator, int limit);

#endif
