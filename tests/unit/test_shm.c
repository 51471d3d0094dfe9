// SPDX-License-Identifier: Apache-2.0
//
// Shared memory: counters summed over processes, gauges of a worker that died, the metrics text,
// and the rate limit: exact on a held clock, exact among racing processes, bounded when more names
// meet in one set than it has buckets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

// The limiter reads this clock instead of the monotonic one.
static int64_t test_mono_ms(void);
#define clock_mono_ms declared_but_not_used
#include "base/clock.h"
#undef clock_mono_ms
#define clock_mono_ms test_mono_ms
#include "base/shm.c"

static int64_t now_ms = 1000000;

static int64_t test_mono_ms(void)
{
	return now_ms;
}

static int start(void **state)
{
	(void)state;
	if (shared != NULL)
		munmap(shared, sizeof(*shared));
	shared = NULL;
	mine = NULL;
	shm_create();
	return 0;
}

static void without_memory_nothing_happens(void **state)
{
	(void)state;
	struct shared *kept = shared;
	struct slot *kept_slot = mine;
	int64_t wait_ms = 7;
	shared = NULL;
	mine = NULL;
	shm_attach(0);
	shm_add(METRIC_REQUESTS, 1);
	shm_gauge(METRIC_GAUGE_CALLS, 1);
	shm_latency(1);
	shm_set_draining(true);
	assert_false(shm_draining());
	assert_int_equal(shm_sum(METRIC_REQUESTS), 0);
	assert_true(shm_take(1, 1, 1, &wait_ms) && shm_take(1, 1, 1, &wait_ms));
	assert_int_equal(wait_ms, 0);
	shared = kept;
	mine = kept_slot;
}

// Runs `work` in `count` processes, worker 0 to count - 1; each must return 0.
static void run_workers(unsigned count, int (*work)(unsigned worker))
{
	for (unsigned i = 0; i < count; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			shm_attach(i);
			_exit(work(i));
		}
	}
	for (unsigned i = 0; i < count; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

static int count_a_lot(unsigned worker)
{
	for (unsigned i = 0; i < 50000; i++) {
		shm_add(METRIC_REQUESTS, 1);
		shm_latency(900);
	}
	shm_gauge(METRIC_GAUGE_CALLS, worker + 1);
	return 0;
}

static void counters_are_summed_over_processes(void **state)
{
	(void)state;
	shm_add(METRIC_REQUESTS, 5);
	run_workers(4, count_a_lot);
	assert_int_equal(shm_sum(METRIC_REQUESTS), 200005);
	assert_int_equal(shm_sum(METRIC_GAUGE_CALLS), 1 + 2 + 3 + 4);
	// Worker 3 starts again: what it counted stays, what it held does not.
	shm_attach(3);
	assert_int_equal(shm_sum(METRIC_REQUESTS), 200005);
	assert_int_equal(shm_sum(METRIC_GAUGE_CALLS), 1 + 2 + 3);
	shm_attach(SHM_WORKERS_MAX - 1);
	shm_add(METRIC_REQUESTS, 1);
	assert_int_equal(shm_sum(METRIC_REQUESTS), 200006);
}

static void slots_do_not_share_cache_lines(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct slot) % CACHE_LINE, 0);
	assert_int_equal((uintptr_t)&shared->slots[1] % CACHE_LINE, 0);
	assert_int_equal(sizeof(shared->buckets[0]) % CACHE_LINE, 0);
	assert_int_equal((uintptr_t)&shared->buckets[0] % CACHE_LINE, 0);
}

static void metrics_text(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 16);
	shm_attach(2);
	shm_add(METRIC_REQUESTS, 3);
	shm_add(METRIC_ERRORS_4XX, 2);
	shm_gauge(METRIC_GAUGE_CALLS, 9);
	static const int64_t us[] = {-5, 1000, 1001, 2500000, 2500001};
	for (size_t i = 0; i < ARRAY_LEN(us); i++)
		shm_latency(us[i]);
	shm_render_metrics(&b);
	assert_false(b.failed);
	static const char *const wanted[] = {
	    "# HELP roadshow_requests_total Requests answered.\n"
	    "# TYPE roadshow_requests_total counter\nroadshow_requests_total 3\n",
	    "# TYPE roadshow_request_errors_total counter\n"
	    "roadshow_request_errors_total{class=\"4xx\"} 2\n"
	    "roadshow_request_errors_total{class=\"5xx\"} 0\n",
	    "# TYPE roadshow_calls gauge\nroadshow_calls 9\n",
	    "# TYPE roadshow_request_seconds histogram\n"
	    "roadshow_request_seconds_bucket{le=\"0.001\"} 2\n"
	    "roadshow_request_seconds_bucket{le=\"0.0025\"} 3\n",
	    "roadshow_request_seconds_bucket{le=\"1\"} 3\n"
	    "roadshow_request_seconds_bucket{le=\"2.5\"} 4\n"
	    "roadshow_request_seconds_bucket{le=\"+Inf\"} 5\n"
	    "roadshow_request_seconds_sum 5.002002\nroadshow_request_seconds_count 5\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (strstr(buf_text(&b), wanted[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", wanted[i], buf_text(&b));
	buf_release(&b);
}

// Each family has one HELP and one TYPE, and its samples stand right behind them.
static void metrics_families_are_whole(void **state)
{
	(void)state;
	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		bool total = strstr(METRICS[m].name, "_total") != NULL;
		assert_int_equal(total, !is_gauge(m));
		bool first = m == 0 || strcmp(METRICS[m].name, METRICS[m - 1].name) != 0;
		assert_int_equal(first, METRICS[m].help[0] != 0);
		for (enum metric other = 0; first && other < m; other++)
			assert_string_not_equal(METRICS[m].name, METRICS[other].name);
	}
	for (size_t i = 1; i < SHM_LATENCY_BUCKETS; i++)
		assert_true(LATENCY[i - 1].us_max < LATENCY[i].us_max);
}

static void a_bucket_gives_its_burst_then_its_rate(void **state)
{
	(void)state;
	int64_t wait_ms;
	for (unsigned i = 0; i < 20; i++) {
		assert_true(shm_take(42, 10, 20, &wait_ms));
		assert_int_equal(wait_ms, 0);
	}
	assert_false(shm_take(42, 10, 20, &wait_ms));
	assert_int_equal(wait_ms, 100);
	assert_true(shm_take(43, 10, 20, &wait_ms));
	now_ms += 99;
	assert_false(shm_take(42, 10, 20, &wait_ms));
	assert_int_equal(wait_ms, 1);
	now_ms += 1;
	assert_true(shm_take(42, 10, 20, &wait_ms));
	assert_false(shm_take(42, 10, 20, &wait_ms));
	now_ms += 1000;
	for (unsigned i = 0; i < 10; i++)
		assert_true(shm_take(42, 10, 20, &wait_ms));
	assert_false(shm_take(42, 10, 20, &wait_ms));
	now_ms += 3600000;
	for (unsigned i = 0; i < 20; i++)
		assert_true(shm_take(42, 10, 20, &wait_ms));
	assert_false(shm_take(42, 10, 20, &wait_ms));
	// Name 0 is a name, too.
	assert_true(shm_take(0, 1, 1, &wait_ms));
	assert_false(shm_take(0, 1, 1, &wait_ms));
	assert_int_equal(wait_ms, 1000);
}

static void a_slow_bucket_gives_its_burst_then_its_interval(void **state)
{
	(void)state;
	int64_t wait_ms;
	for (unsigned i = 0; i < 3; i++)
		assert_true(shm_take_slowly(7, 20000, 3, &wait_ms));
	assert_false(shm_take_slowly(7, 20000, 3, &wait_ms));
	assert_int_equal(wait_ms, 20000);
	now_ms += 19999;
	assert_false(shm_take_slowly(7, 20000, 3, &wait_ms));
	assert_int_equal(wait_ms, 1);
	now_ms += 1;
	assert_true(shm_take_slowly(7, 20000, 3, &wait_ms));
	assert_false(shm_take_slowly(7, 20000, 3, &wait_ms));
}

static void excess_grows_to_its_ceiling_and_sinks(void **state)
{
	(void)state;
	assert_int_equal(shm_excess_ms(9, 10, 1000), 100); // what was just counted
	now_ms += 100;
	assert_int_equal(
	    shm_excess_ms(9, 10, 1000), 100); // as fast as it may be: no more than that
	for (unsigned i = 0; i < 4; i++)
		(void)shm_excess_ms(9, 10, 1000);
	assert_int_equal(shm_excess_ms(9, 10, 1000), 600);
	for (unsigned i = 0; i < 100; i++)
		(void)shm_excess_ms(9, 10, 1000);
	assert_int_equal(shm_excess_ms(9, 10, 1000), 1000);
	now_ms += 500;
	assert_int_equal(shm_excess_ms(9, 10, 1000), 600);
	now_ms += 5000;
	assert_int_equal(shm_excess_ms(9, 10, 1000), 100);
	assert_int_equal(shm_excess_ms(10, 10, 1000), 100); // another name
}

static int take_all(unsigned worker)
{
	(void)worker;
	int64_t wait_ms;
	for (unsigned i = 0; i < 3000; i++)
		if (shm_take(77, 1000, 5000, &wait_ms))
			shm_add(METRIC_TOKENS_SIGNED, 1);
	return 0;
}

static void racing_processes_share_one_bucket(void **state)
{
	(void)state;
	int64_t wait_ms;
	assert_true(shm_take(77, 1000, 5000, &wait_ms));
	run_workers(4, take_all);
	// 12,000 tries for the 4,999 that were left. A try that lost 64 races gives up, so a few
	// may be left over; never is one too many given.
	int64_t given = shm_sum(METRIC_TOKENS_SIGNED);
	assert_true(given <= 4999);
	while (shm_take(77, 1000, 5000, &wait_ms))
		given++;
	assert_int_equal(given, 4999);
}

static void more_names_than_buckets_never_get_more_than_all_buckets(void **state)
{
	(void)state;
	int64_t wait_ms;
	unsigned given = 0;
	for (unsigned round = 0; round < 100; round++)
		for (uint64_t name = 1; name <= 100; name++)
			given += shm_take(name * BUCKET_SETS, 10, 20, &wait_ms);
	assert_int_equal(given, BUCKET_WAYS * 20);
	// Another set is untouched.
	assert_true(shm_take(5, 10, 20, &wait_ms));
	// Once idle, any of them has a full bucket again.
	now_ms += 2000;
	for (unsigned i = 0; i < 20; i++)
		assert_true(shm_take(999 * BUCKET_SETS, 10, 20, &wait_ms));
	assert_false(shm_take(999 * BUCKET_SETS, 10, 20, &wait_ms));
}

static void the_longest_idle_makes_room(void **state)
{
	(void)state;
	int64_t wait_ms;
	for (uint64_t name = 1; name <= BUCKET_WAYS; name++) {
		assert_true(shm_take(name * BUCKET_SETS, 1, 5, &wait_ms));
		now_ms++;
	}
	assert_true(shm_take(99 * BUCKET_SETS, 1, 5, &wait_ms));
	struct bucket *set = shared->buckets[0];
	assert_null(find_named(set, 1 * BUCKET_SETS));
	for (uint64_t name = 2; name <= BUCKET_WAYS; name++)
		assert_non_null(find_named(set, name * BUCKET_SETS));
	assert_non_null(find_named(set, 99 * BUCKET_SETS));
}

static int start_draining(unsigned worker)
{
	(void)worker;
	shm_set_draining(true);
	return 0;
}

static void draining_is_seen_by_all(void **state)
{
	(void)state;
	assert_false(shm_draining());
	run_workers(1, start_draining);
	assert_true(shm_draining());
	shm_set_draining(false);
	assert_false(shm_draining());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(without_memory_nothing_happens, start),
	    cmocka_unit_test_setup(counters_are_summed_over_processes, start),
	    cmocka_unit_test_setup(slots_do_not_share_cache_lines, start),
	    cmocka_unit_test_setup(metrics_text, start),
	    cmocka_unit_test_setup(metrics_families_are_whole, start),
	    cmocka_unit_test_setup(a_bucket_gives_its_burst_then_its_rate, start),
	    cmocka_unit_test_setup(a_slow_bucket_gives_its_burst_then_its_interval, start),
	    cmocka_unit_test_setup(excess_grows_to_its_ceiling_and_sinks, start),
	    cmocka_unit_test_setup(racing_processes_share_one_bucket, start),
	    cmocka_unit_test_setup(more_names_than_buckets_never_get_more_than_all_buckets, start),
	    cmocka_unit_test_setup(the_longest_idle_makes_room, start),
	    cmocka_unit_test_setup(draining_is_seen_by_all, start),
	};
	return cmocka_run_group_tests_name("shm", tests, NULL, NULL);
}
