// SPDX-License-Identifier: Apache-2.0
//
// Every setting of every program, in one table (settings.c): name, environment variable, type,
// default, limits, help. Sources, later ones win: defaults, the file named by ROADSHOW_CONF
// (lines of `name = value`, # comments), the environment. Read once, before privileges drop.
// conf/roadshow.conf.sample is generated from the table and checked in the tests.
#ifndef ROADSHOW_SETTINGS_H
#define ROADSHOW_SETTINGS_H

#include <stdio.h>

#include "base/base.h"
#include "base/buf.h"

struct settings {
	const char *database_url;	 // libpq connection string of the service's role
	const char *admin_database_url;	 // of the owner's role: migrate, postal import
	const char *public_url;		 // what tokens and links name as issuer
	const char *keys_dir;		 // PEM keys of tokens, status lists and ledger
	const char *operator_key_sha256; // hex; empty: no operator may call
	const char *log_level;
	const char *cors_origins;	// comma-separated, or *
	const char *trusted_proxies;	// addresses whose X-Forwarded-For is believed
	const char *disposable_domains; // file of domains whose addresses may not claim; or ""
	int64_t db_connections;		// per worker
	int64_t db_queue_max;		// items waiting per worker, then 503
	int64_t db_batch_max;		// items in one statement
	int64_t db_deadline_ms;		// then 503; the database gives up a little earlier
	int64_t rate_per_key;		// requests a second and key
	int64_t rate_per_address;	// requests a second and address without a key
	int64_t claims_per_contact;	// tries a minute and person through storefront keys; 0: any
	int64_t claims_per_address;	// the same for an address
	int64_t proof_bits_min;		// work of a proof while a drop is calm: 2^bits iterations
	int64_t proof_bits_max;		// while it is stormed
	int64_t proof_rate;		// challenges a second and drop before the work grows
	int64_t proof_ttl_s;		// how long a challenge holds
	int64_t body_bytes_max;		// of JSON bodies; uploads have their own limit
	int64_t upload_bytes_held;	// by uploads that a worker is working on
	int64_t drain_ms;		// between SIGTERM and the end
	int64_t janitor_tick_ms;
	const char *janitor_state_dir; // what this host has signed for the logs
};

// Fills `s` from table, file and environment. On error writes one line that names the setting,
// where it came from and what is wrong, and returns false. Strings live until the process ends.
bool settings_load(struct settings *s, struct buf *error) MUST_CHECK;
// The commented sample file.
void settings_sample(FILE *out);

#endif
