// SPDX-License-Identifier: Apache-2.0
//
// roadshowd: wires everything together. Kore's main() runs the show and calls the hooks below:
//
//   kore_parent_configure()  as the user that started us, before chroot: settings, secrets and keys
//                            are read, shared memory is made; a fault here ends the program
//   kore_seccomp_hook()      what libpq and OpenSSL need beyond Kore's own list
//   kore_worker_configure()  in each worker, privileges dropped: database and handlers start
//
// Draining: on SIGTERM a worker turns /readyz to 503, finishes what it has and ends after a short
// quiet spell, or after the setting drain_ms. Kore alone would leave its loop at once.
#include <sys/types.h>

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include "auth/auth.h"
#include "auth/contact.h"
#include "auth/person.h"
#include "auth/once.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/shm.h"
#include "crypto/digest.h"
#include "crypto/keys.h"
#include "db/db.h"
#include "domains.h"
#include "drops/drops_api.h"
#include "http/call.h"
#include "http/ops_api.h"
#include "http/router.h"
#include "ledger/log_api.h"
#include "mirror/mirror_api.h"
#include "privacy/privacy_api.h"
#include "orders/place.h"
#include "sync/sync_api.h"
#include "tokens/holder.h"
#include "tokens/invitation.h"
#include "tokens/proof.h"
#include "tokens/tokens.h"

#define DRAIN_TICK_MS 50
#define DRAIN_QUIET_MS 300
#define MEMORY_LOOK_MS 5000
#define MEMORY_LOOKS 4	   // after the last request: idle connections end within 10 s
#define MEMORY_KEPT 262144 // bytes at the heap's end, for what comes next

static struct {
	struct settings settings;
	uint8_t secret[32];
	struct keyring *token_keys, *status_keys, *ledger_keys, *consent_keys;
	struct seal_ring *contact_keys, *draw_keys;
} server;

NORETURN static void refuse_to_start(const char *why)
{
	log_error("cannot start: %s", why);
	fprintf(stderr, "roadshowd: cannot start: %s\n", why);
	exit(1);
}

// ---- before Kore's main() ---------------------------------------------------------------------------

// Kore's options are single letters; what people try first is answered here.
__attribute__((constructor)) static void answer_long_options(int argc, char **argv)
{
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;

	if (!help && !(argc == 2 && strcmp(argv[1], "--version") == 0))
		return;
	puts(
	    help
		? "Usage: roadshowd -c FILE [-f] [-n] [-r]\n"
		  "\n"
		  "  -c FILE   Kore's configuration (conf/kore.conf is a sample)\n"
		  "  -f        stay in the foreground\n"
		  "  -n        do not change root\n"
		  "  -r        do not change user\n"
		  "\n"
		  "Settings come from the file that ROADSHOW_CONF names and from the environment;\n"
		  "conf/roadshow.conf.sample lists them. SIGTERM drains and ends."
		: "roadshow " ROADSHOW_VERSION);
	exit(0);
}

// ---- the parent ---------------------------------------------------------------------------------

static void load_secret(void)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/server.secret", server.settings.keys_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, server.secret, sizeof(server.secret)) != sizeof(server.secret)) {
		char why[600];

		snprintf(why, sizeof(why), "%s must hold 32 bytes (`roadshow keys init` makes it)",
		    path);
		refuse_to_start(why);
	}
	close(fd);
}

static void load_disposable_domains(void)
{
	struct buf error;

	buf_init(&error, 1024);
	if (!contact_load_disposable(server.settings.disposable_domains, &error))
		refuse_to_start(buf_text(&error));
	buf_release(&error);
}

static struct keyring *load_ring(const char *use)
{
	struct buf error;
	struct keyring *ring;

	buf_init(&error, 1024);
	ring = keyring_load(server.settings.keys_dir, use, &error);
	if (ring == NULL)
		refuse_to_start(buf_text(&error));
	buf_release(&error);
	return ring;
}

// Devices encrypt to these: only P-256 will do.
static struct keyring *load_consent_ring(void)
{
	struct keyring *ring = load_ring("consent");
	const struct key *k;

	for (size_t i = 0; (k = keyring_at(ring, i)) != NULL; i++)
		if (key_type(k) != KEY_P256)
			refuse_to_start("the keys consent-*.pem must be of P-256");
	return ring;
}

static struct seal_ring *load_seal_ring(const char *use)
{
	struct buf error;
	struct seal_ring *ring;

	buf_init(&error, 1024);
	ring = seal_ring_load(server.settings.keys_dir, use, &error);
	if (ring == NULL)
		refuse_to_start(buf_text(&error));
	buf_release(&error);
	return ring;
}

static void load_settings(void)
{
	struct buf error;

	buf_init(&error, 1024);
	log_open("roadshowd", LOG_LEVEL_INFO);
	if (!settings_load(&server.settings, &error))
		refuse_to_start(buf_text(&error));
	log_open("roadshowd", log_level_of(server.settings.log_level));
	if (!db_prepare(server.settings.database_url, &error))
		refuse_to_start(buf_text(&error));
	buf_release(&error);
}

static void add_routes(void)
{
	router_add(ops_routes);
	for (size_t i = 0; i < domain_count; i++)
		router_add(domain_routes[i]);
}

// For tests and documentation: the table of routes as JSON on standard output.
static void print_routes_and_leave(void)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	router_print(&out);
	puts(buf_text(&out));
	fflush(stdout);
	_exit(0);
}

void kore_parent_configure(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	add_routes();
	if (getenv("ROADSHOW_PRINT_ROUTES") != NULL)
		print_routes_and_leave();
	// libpq looks for files in the home directory, which may be another user's by now.
	setenv("HOME", "/nonexistent", 1);
	load_settings();
	crypto_init();
	load_secret();
	load_disposable_domains();
	server.token_keys = load_ring("token");
	server.status_keys = load_ring("status");
	server.ledger_keys = load_ring("ledger");
	server.consent_keys = load_consent_ring();
	server.contact_keys = load_seal_ring("contact");
	server.draw_keys = load_seal_ring("draw");
	shm_create();
}

// ---- workers ------------------------------------------------------------------------------------

// What libpq, OpenSSL and the C library call beyond Kore's list.
static struct sock_filter filter[] = {
    KORE_SYSCALL_ALLOW(socket),
    KORE_SYSCALL_ALLOW(connect),
    KORE_SYSCALL_ALLOW(getsockopt),
    KORE_SYSCALL_ALLOW(getsockname),
    KORE_SYSCALL_ALLOW(getpeername),
    KORE_SYSCALL_ALLOW(shutdown),
    KORE_SYSCALL_ALLOW(sendmsg),
    KORE_SYSCALL_ALLOW(recvmsg),
    KORE_SYSCALL_ALLOW(newfstatat),
    KORE_SYSCALL_ALLOW(pread64),
    KORE_SYSCALL_ALLOW(readv),
    KORE_SYSCALL_ALLOW(mremap),
    KORE_SYSCALL_ALLOW(uname),
    KORE_SYSCALL_ALLOW(sysinfo),
    KORE_SYSCALL_ALLOW(getppid),
    KORE_SYSCALL_ALLOW(gettid),
    KORE_SYSCALL_ALLOW(tgkill),
    KORE_SYSCALL_ALLOW(getegid),
    KORE_SYSCALL_ALLOW(getgid),
    KORE_SYSCALL_ALLOW(gettimeofday),
#if defined(SYS_time)
    KORE_SYSCALL_ALLOW(time),
#endif
    KORE_SYSCALL_ALLOW(prlimit64),
    KORE_SYSCALL_ALLOW(sched_yield),
    KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(rseq),
    KORE_SYSCALL_ALLOW(set_robust_list),
};

void kore_seccomp_hook(void)
{
	kore_seccomp_filter("roadshow", filter, KORE_FILTER_LEN(filter));
}

static pid_t parent;
static volatile sig_atomic_t asked_to_end;
static int64_t quiet_since_ms, drain_since_ms;

static void on_term(int sig)
{
	(void)sig;
	asked_to_end = 1;
}

static void drain_tick(void *arg, u_int64_t now)
{
	static int64_t last_requests;
	int64_t now_ms = clock_mono_ms(), requests = shm_sum(METRIC_REQUESTS);

	(void)arg;
	(void)now;
	if (getppid() != parent) {
		// Killed. Kore would let us serve on, and hold the port against the next parent.
		kore_signal(SIGQUIT);
		return;
	}
	if (!asked_to_end)
		return;
	if (drain_since_ms == 0) {
		shm_set_draining(true);
		drain_since_ms = quiet_since_ms = now_ms;
	}
	if (calls_now() > 0 || requests != last_requests)
		quiet_since_ms = now_ms;
	last_requests = requests;
	if (now_ms - quiet_since_ms >= DRAIN_QUIET_MS ||
	    now_ms - drain_since_ms >= server.settings.drain_ms)
		kore_signal(SIGQUIT); // Kore leaves its loop
}

static void drain_start(void)
{
	struct sigaction sa = {.sa_handler = on_term};

	parent = getppid();
	sigfillset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	(void)kore_timer_add(drain_tick, DRAIN_TICK_MS, NULL, 0);
}

// What a crowd's connections had is free and stays in the worker, in pieces between what is in use, until
// somebody asks for it to be given back. A worker that has calls to answer has better things to do; after
// the last request it looks a few times more, for connections end later than calls.
static void memory_give_back(void *arg, u_int64_t now)
{
	static int64_t last_requests;
	static int left;
	int64_t requests = shm_sum(METRIC_REQUESTS);

	(void)arg;
	(void)now;
	if (requests != last_requests)
		left = MEMORY_LOOKS;
	last_requests = requests;
	if (left == 0 || calls_now() > 0)
		return;
	left--;
	(void)malloc_trim(MEMORY_KEPT);
}

static size_t all_statements(const struct db_statement **out)
{
	size_t n = router_statements(out, DB_STATEMENTS_MAX);

	for (size_t i = 0; i < auth_statement_count + domain_statement_count; i++) {
		const struct db_statement *st = i < auth_statement_count
						    ? auth_statements[i]
						    : domain_statements[i - auth_statement_count];
		bool seen = false;

		for (size_t k = 0; k < n && !seen; k++)
			seen = out[k] == st;
		if (seen)
			continue;
		ASSERT(n < DB_STATEMENTS_MAX);
		out[n++] = st;
	}
	return n;
}

void kore_worker_configure(void)
{
	static const struct db_statement *statements[DB_STATEMENTS_MAX];

	shm_attach(worker->id);
	auth_start(&server.settings);
	once_start(server.secret);
	contact_start(server.secret);
	person_start(server.contact_keys);
	privacy_start(server.secret);
	drops_start(server.draw_keys);
	proof_start(server.secret);
	tokens_start(server.token_keys, server.settings.public_url);
	tokens_publish(server.status_keys);
	holder_start(server.secret);
	invitation_start(server.secret);
	mirror_start(server.token_keys, server.status_keys, server.consent_keys);
	log_start(server.ledger_keys, server.settings.public_url);
	place_start(server.token_keys);
	sync_start(server.token_keys, server.consent_keys);
	call_start(&server.settings, server.secret, auth_authenticate);
	db_start(&server.settings, statements, all_statements(statements));
	drain_start();
	(void)kore_timer_add(memory_give_back, MEMORY_LOOK_MS, NULL, 0);
}

void kore_worker_teardown(void)
{
	db_stop();
}
