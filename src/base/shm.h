// SPDX-License-Identifier: Apache-2.0
//
// Memory shared by all workers (anonymous, mapped by the parent before it forks): the counters that
// /metrics sums, and the token buckets of the rate limits. Lock-free; a crashed worker leaves
// nothing locked. Programs that never call shm_create() may call the rest: nothing is counted and
// nothing limited.
#ifndef ROADSHOW_SHM_H
#define ROADSHOW_SHM_H

#include "base/base.h"

enum metric {
	METRIC_REQUESTS, // requests answered
	METRIC_ERRORS_4XX,
	METRIC_ERRORS_5XX,
	METRIC_DB_STATEMENTS, // statements sent
	METRIC_DB_ITEMS,      // calls that rode in them
	METRIC_DB_RETRIES,
	METRIC_DB_SPLITS, // batches split because a statement failed
	METRIC_DB_ALONE,  // items that a shared batch gave back, to be sent without others
	METRIC_DB_RECONNECTS,
	METRIC_DB_QUEUE_FULL,  // calls refused with 503 because the queue was full
	METRIC_DB_UNAVAILABLE, // calls refused with 503 because no connection was up
	METRIC_RATE_LIMITED,
	METRIC_TOKENS_SIGNED,
	METRIC_CHALLENGES,	     // given out
	METRIC_PROOFS_REFUSED,	     // invalid ones
	METRIC_GAUGE_DB_CONNECTIONS, // now
	METRIC_GAUGE_DB_QUEUED,	     // now
	METRIC_GAUGE_CALLS,	     // now
	METRIC_COUNT
};
#define SHM_LATENCY_BUCKETS 12 // upper bounds in shm.c, last is +Inf
#define SHM_WORKERS_MAX 64

void shm_create(void);		  // by the parent, once; panics when memory is short
void shm_attach(unsigned worker); // by each worker; clears its gauges
void shm_add(enum metric m, int64_t n);
void shm_gauge(enum metric m, int64_t value);
void shm_latency(int64_t us);
int64_t shm_sum(enum metric m);
struct buf;
void shm_render_metrics(struct buf *out); // Prometheus text format 0.0.4

// A token bucket named by a hash (4,096 sets of 8; the longest idle makes room). Takes one and
// returns true, or returns false and tells after how many ms one will be there. Hash with a secret.
bool shm_take(uint64_t name_hash, int64_t per_second, int64_t burst, int64_t *wait_ms);
// The same for slower buckets: one in `interval_ms`.
bool shm_take_slowly(uint64_t name_hash, int64_t interval_ms, int64_t burst, int64_t *wait_ms);
// How hard something is asked for: counts one and returns by how many ms what was counted exceeds
// `per_second`, from 0 to max_ms. Grows while more comes, sinks as time passes. The same buckets: a
// name is either taken from or measured.
int64_t shm_excess_ms(uint64_t name_hash, int64_t per_second, int64_t max_ms);

void shm_set_draining(bool draining);
bool shm_draining(void);

#endif
