// SPDX-License-Identifier: Apache-2.0
//
// Owns one anonymous shared mapping that the parent makes before it forks; it lives until the last
// process ends. Without shm_create() (the command line, the janitor) counters count nothing and
// every bucket is full.
//
// Invariants
// 1. A worker writes only its own slot; slots stand on cache lines of their own. Readers sum.
//    Counters only grow: a worker that is started again goes on where its predecessor died.
// 2. Everything is one atomic word at a time, so dying between two writes leaves nothing locked.
// 3. A token bucket is one word, its theoretical arrival time (the generic cell rate algorithm):
//    the moment, in ns of the monotonic clock, at which the bucket is full again. A moment in the
//    past is a full bucket, so a bucket that was never used or rested long enough needs no reset.
//
// Buckets are found by a 64-bit hash: its low bits choose a set of eight, the whole names the
// bucket. Two names with equal hashes share a bucket, which limits both more than it should; hash
// with a secret, so that nobody can choose to share. When a set has no bucket of that name, the one
// that has been full the longest is renamed and keeps its arrival time: an idle bucket is full
// anyway, and when all eight are busy the newcomer takes over the smallest debt. So names beyond
// eight in one set share eight buckets; they can be limited too much, but what a set grants never
// exceeds eight full rates. Two workers that meet a new name at once may give it two buckets; the
// first found serves from then on, the other ages and goes.
#include "base/shm.h"

#include <stdalign.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/clock.h"

#define CACHE_LINE 64
#define BUCKET_SETS 4096
#define BUCKET_WAYS 8
#define TAKE_TRIES_MAX 64
#define NS_PER_MS 1000000LL
#define NS_PER_SECOND 1000000000LL
#define HOUR_MS 3600000LL
#define SLOW_BURST_MAX 100000

struct slot {
	alignas(CACHE_LINE) int64_t values[METRIC_COUNT];
	int64_t latency_counts[SHM_LATENCY_BUCKETS];
	int64_t latency_sum_us;
};

struct bucket {
	uint64_t name;	    // 0: never used
	int64_t full_at_ns; // see invariant 3
};

struct shared {
	struct slot slots[SHM_WORKERS_MAX + 1]; // the last is the parent's
	alignas(CACHE_LINE) struct bucket buckets[BUCKET_SETS][BUCKET_WAYS];
	alignas(CACHE_LINE) bool draining;
};

static struct shared *shared;
static struct slot *mine;

// Neighbours of one name differ by their labels.
static const struct {
	const char *name;
	const char *labels;
	const char *help;
} METRICS[METRIC_COUNT] = {
    [METRIC_REQUESTS] = {"roadshow_requests_total", "", "Requests answered."},
    [METRIC_ERRORS_4XX] = {"roadshow_request_errors_total", "{class=\"4xx\"}",
	"Requests answered with an error."},
    [METRIC_ERRORS_5XX] = {"roadshow_request_errors_total", "{class=\"5xx\"}", ""},
    [METRIC_DB_STATEMENTS] = {"roadshow_db_statements_total", "", "Statements sent."},
    [METRIC_DB_ITEMS] = {"roadshow_db_items_total", "", "Calls that rode in statements."},
    [METRIC_DB_RETRIES] = {"roadshow_db_retries_total", "", "Statements sent again."},
    [METRIC_DB_SPLITS] = {"roadshow_db_splits_total", "",
	"Batches split because their statement failed."},
    [METRIC_DB_ALONE] = {"roadshow_db_alone_total", "",
	"Calls that a shared batch gave back because another had their row, sent again without "
	"others."},
    [METRIC_DB_RECONNECTS] = {"roadshow_db_reconnects_total", "",
	"Database connections made again."},
    [METRIC_DB_QUEUE_FULL] = {"roadshow_db_refused_total", "{reason=\"queue_full\"}",
	"Calls refused with 503 before they reached the database."},
    [METRIC_DB_UNAVAILABLE] = {"roadshow_db_refused_total", "{reason=\"unavailable\"}", ""},
    [METRIC_RATE_LIMITED] = {"roadshow_rate_limited_total", "", "Requests answered with 429."},
    [METRIC_TOKENS_SIGNED] = {"roadshow_tokens_signed_total", "", "Tokens signed."},
    [METRIC_CHALLENGES] = {"roadshow_challenges_total", "", "Challenges given out."},
    [METRIC_PROOFS_REFUSED] = {"roadshow_proofs_refused_total", "",
	"Proofs that solved no challenge of ours."},
    [METRIC_GAUGE_DB_CONNECTIONS] = {"roadshow_db_connections", "",
	"Database connections that are up."},
    [METRIC_GAUGE_DB_QUEUED] = {"roadshow_db_queued", "", "Calls waiting for the database."},
    [METRIC_GAUGE_CALLS] = {"roadshow_calls", "", "Requests in work."},
};

static const struct {
	int64_t us_max;
	const char *le;
} LATENCY[SHM_LATENCY_BUCKETS] = {
    {1000, "0.001"},
    {2500, "0.0025"},
    {5000, "0.005"},
    {10000, "0.01"},
    {25000, "0.025"},
    {50000, "0.05"},
    {100000, "0.1"},
    {250000, "0.25"},
    {500000, "0.5"},
    {1000000, "1"},
    {2500000, "2.5"},
    {INT64_MAX, "+Inf"},
};

static bool is_gauge(enum metric m)
{
	return m >= METRIC_GAUGE_DB_CONNECTIONS;
}

void shm_create(void)
{
	ASSERT(shared == NULL);
	void *memory =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		base_panic(__FILE__, __LINE__, "no memory for the workers to share");
	shared = memory;
	mine = &shared->slots[SHM_WORKERS_MAX];
}

void shm_attach(unsigned worker)
{
	ASSERT(worker < SHM_WORKERS_MAX);
	if (shared == NULL)
		return;
	mine = &shared->slots[worker];
	for (enum metric m = 0; m < METRIC_COUNT; m++)
		if (is_gauge(m))
			shm_gauge(m, 0);
}

// ---- counters -----------------------------------------------------------------------------------

static void add(int64_t *value, int64_t n)
{
	__atomic_fetch_add(value, n, __ATOMIC_RELAXED);
}

static int64_t get(const int64_t *value)
{
	return __atomic_load_n(value, __ATOMIC_RELAXED);
}

void shm_add(enum metric m, int64_t n)
{
	ASSERT(m < METRIC_COUNT);
	if (mine != NULL)
		add(&mine->values[m], n);
}

void shm_gauge(enum metric m, int64_t value)
{
	ASSERT(m < METRIC_COUNT && is_gauge(m));
	if (mine != NULL)
		__atomic_store_n(&mine->values[m], value, __ATOMIC_RELAXED);
}

void shm_latency(int64_t us)
{
	unsigned i = 0;
	us = us > 0 ? us : 0;
	while (us > LATENCY[i].us_max)
		i++;
	if (mine == NULL)
		return;
	add(&mine->latency_counts[i], 1);
	add(&mine->latency_sum_us, us);
}

int64_t shm_sum(enum metric m)
{
	ASSERT(m < METRIC_COUNT);
	int64_t sum = 0;
	for (size_t i = 0; shared != NULL && i < ARRAY_LEN(shared->slots); i++)
		sum += get(&shared->slots[i].values[m]);
	return sum;
}

static void render_latency(struct buf *out)
{
	static const char name[] = "roadshow_request_seconds";
	int64_t count = 0, sum_us = 0;
	buf_printf(out, "# HELP %s From a request's last byte to its answer.\n", name);
	buf_printf(out, "# TYPE %s histogram\n", name);
	for (size_t b = 0; b < SHM_LATENCY_BUCKETS; b++) {
		for (size_t i = 0; shared != NULL && i < ARRAY_LEN(shared->slots); i++)
			count += get(&shared->slots[i].latency_counts[b]);
		buf_printf(
		    out, "%s_bucket{le=\"%s\"} %lld\n", name, LATENCY[b].le, (long long)count);
	}
	for (size_t i = 0; shared != NULL && i < ARRAY_LEN(shared->slots); i++)
		sum_us += get(&shared->slots[i].latency_sum_us);
	buf_printf(out, "%s_sum %lld.%06lld\n", name, (long long)(sum_us / 1000000),
	    (long long)(sum_us % 1000000));
	buf_printf(out, "%s_count %lld\n", name, (long long)count);
}

void shm_render_metrics(struct buf *out)
{
	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const char *name = METRICS[m].name;
		if (METRICS[m].help[0] != 0) {
			buf_printf(out, "# HELP %s %s\n", name, METRICS[m].help);
			buf_printf(out, "# TYPE %s %s\n", name, is_gauge(m) ? "gauge" : "counter");
		}
		buf_printf(out, "%s%s %lld\n", name, METRICS[m].labels, (long long)shm_sum(m));
	}
	render_latency(out);
}

// ---- token buckets ------------------------------------------------------------------------------

static int64_t full_at(const struct bucket *b)
{
	return __atomic_load_n(&b->full_at_ns, __ATOMIC_RELAXED);
}

static struct bucket *find_named(struct bucket *set, uint64_t name)
{
	for (size_t i = 0; i < BUCKET_WAYS; i++)
		if (__atomic_load_n(&set[i].name, __ATOMIC_RELAXED) == name)
			return &set[i];
	return NULL;
}

static struct bucket *longest_idle(struct bucket *set)
{
	struct bucket *idle = &set[0];
	for (size_t i = 1; i < BUCKET_WAYS; i++)
		if (full_at(&set[i]) < full_at(idle))
			idle = &set[i];
	return idle;
}

static struct bucket *bucket_of(uint64_t name)
{
	struct bucket *set = shared->buckets[name % BUCKET_SETS];
	struct bucket *found = find_named(set, name);
	if (found != NULL)
		return found;
	struct bucket *idle = longest_idle(set);
	uint64_t was = __atomic_load_n(&idle->name, __ATOMIC_RELAXED);
	if (__atomic_compare_exchange_n(
		&idle->name, &was, name, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return idle;
	// Somebody renamed it first, perhaps to our name; if not, share it for this once.
	found = find_named(set, name);
	return found != NULL ? found : idle;
}

static bool take(uint64_t name_hash, int64_t interval_ns, int64_t burst, int64_t *wait_ms)
{
	*wait_ms = 0;
	if (shared == NULL)
		return true;
	struct bucket *b = bucket_of(name_hash != 0 ? name_hash : 1);
	int64_t now_ns = clock_mono_ms() * NS_PER_MS;
	int64_t was = full_at(b);
	for (unsigned i = 0; i < TAKE_TRIES_MAX; i++) {
		int64_t then = (was > now_ns ? was : now_ns) + interval_ns;
		int64_t early_ns = then - now_ns - interval_ns * burst;
		if (early_ns > 0) {
			*wait_ms = (early_ns + NS_PER_MS - 1) / NS_PER_MS;
			return false;
		}
		if (__atomic_compare_exchange_n(
			&b->full_at_ns, &was, then, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
	}
	// Each failed try was somebody else's success: this name is as busy as it gets.
	*wait_ms = 1;
	return false;
}

bool shm_take(uint64_t name_hash, int64_t per_second, int64_t burst, int64_t *wait_ms)
{
	ASSERT(per_second > 0 && per_second <= NS_PER_SECOND);
	ASSERT(burst > 0 && burst <= INT32_MAX);
	return take(name_hash, NS_PER_SECOND / per_second, burst, wait_ms);
}

bool shm_take_slowly(uint64_t name_hash, int64_t interval_ms, int64_t burst, int64_t *wait_ms)
{
	ASSERT(interval_ms > 0 && interval_ms <= HOUR_MS && burst > 0 && burst <= SLOW_BURST_MAX);
	return take(name_hash, interval_ms * NS_PER_MS, burst, wait_ms);
}

// The bucket's debt is the excess; unlike a limit's it has a ceiling, so that it can be paid off.
int64_t shm_excess_ms(uint64_t name_hash, int64_t per_second, int64_t max_ms)
{
	ASSERT(per_second > 0 && per_second <= NS_PER_SECOND && max_ms > 0 && max_ms <= HOUR_MS);
	if (shared == NULL)
		return 0;
	struct bucket *b = bucket_of(name_hash != 0 ? name_hash : 1);
	int64_t now_ns = clock_mono_ms() * NS_PER_MS;
	int64_t most = now_ns + max_ms * NS_PER_MS, was = full_at(b), then = most;
	for (unsigned i = 0; i < TAKE_TRIES_MAX; i++) {
		then = (was > now_ns ? was : now_ns) + NS_PER_SECOND / per_second;
		then = then < most ? then : most;
		if (__atomic_compare_exchange_n(
			&b->full_at_ns, &was, then, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			break;
	}
	return (then - now_ns) / NS_PER_MS;
}

void shm_set_draining(bool draining)
{
	if (shared != NULL)
		__atomic_store_n(&shared->draining, draining, __ATOMIC_RELEASE);
}

bool shm_draining(void)
{
	return shared != NULL && __atomic_load_n(&shared->draining, __ATOMIC_ACQUIRE);
}
