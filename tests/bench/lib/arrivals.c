// SPDX-License-Identifier: Apache-2.0
//
// Open-loop HTTP load: requests arrive at a constant rate whether or not the service keeps up, and a
// request's latency counts from the moment it was due, not from the moment a connection was free for
// it. So a stall is paid for by everyone who would have come during it ("coordinated omission").
//
//   arrivals <port> <connections> <per second> <seconds> <file of "path key" lines> <prefix>
//
// Every request is a claim of another fan at the next of the targets, as in claims.lua. At the end one
// line of JSON: answers by kind, those that were due and never answered, latencies of 201 and of the
// refused apart, of the latter also from when they were sent. Owns everything until the process ends.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define TARGETS_MAX 256
#define ANSWER_MAX 65536
#define DRAIN_S 3	     // how long the last answers are waited for
#define SAMPLES_MAX 20000000 // rate x seconds

struct target {
	char path[128], key[128];
};

struct connection {
	int fd;
	int64_t due_ns; // of the request on its way; 0: idle
	int64_t sent_ns;
	size_t len;
	char answer[ANSWER_MAX];
	struct connection *next_idle;
};

struct latencies {
	uint32_t *us;
	size_t count;
};

static struct {
	struct sockaddr_in address;
	struct target targets[TARGETS_MAX];
	size_t target_count;
	const char *prefix;
	int epoll;
	struct connection *idle;
	struct latencies made, refused, refused_asked; // the last from when it was sent
	uint64_t sold_out, unavailable, limited, other, without_retry_after, broken, sent;
} run;

__attribute__((noreturn)) static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void load_targets(const char *file)
{
	FILE *in = fopen(file, "re");

	if (in == NULL)
		die(file);
	while (run.target_count < TARGETS_MAX &&
	       fscanf(in, "%127s %127s", run.targets[run.target_count].path,
		   run.targets[run.target_count].key) == 2)
		run.target_count++;
	fclose(in);
	if (run.target_count == 0)
		die("no targets");
}

static void open_connection(struct connection *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	int yes = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&run.address, sizeof(run.address)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (epoll_ctl(run.epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
		die("epoll_ctl");
	c->len = 0;
	c->due_ns = 0;
	c->next_idle = run.idle;
	run.idle = c;
}

static void send_request(int64_t due_ns)
{
	const struct target *t = &run.targets[run.sent % run.target_count];
	struct connection *c = run.idle;
	char body[160], request[768];
	int body_len, len;

	run.idle = c->next_idle;
	body_len = snprintf(body, sizeof(body), "{\"contact\":{\"email\":\"%s-%llu@example.org\"}}",
	    run.prefix, (unsigned long long)run.sent);
	len = snprintf(request, sizeof(request),
	    "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nIdempotency-Key: %s-%llu\r\n"
	    "Content-Length: %d\r\n\r\n%s",
	    t->path, t->key, run.prefix, (unsigned long long)run.sent, body_len, body);
	run.sent++;
	c->due_ns = due_ns;
	c->sent_ns = now_ns();
	if (send(c->fd, request, (size_t)len, MSG_NOSIGNAL) != len) {
		run.broken++;
		close(c->fd);
		open_connection(c);
	}
}

static void note(struct latencies *l, int64_t ns)
{
	if (l->count < SAMPLES_MAX)
		l->us[l->count++] = (uint32_t)(ns / 1000);
}

static void count_answer(const struct connection *c, int64_t now)
{
	int status = atoi(c->answer + strlen("HTTP/1.1 "));

	if (status == 201) {
		note(&run.made, now - c->due_ns);
		return;
	}
	note(&run.refused, now - c->due_ns);
	note(&run.refused_asked, now - c->sent_ns);
	if (status == 409)
		run.sold_out++;
	else if (status == 503)
		run.unavailable++;
	else if (status == 429)
		run.limited++;
	else
		run.other++;
	if ((status == 503 || status == 429) && strcasestr(c->answer, "\r\nretry-after: ") == NULL)
		run.without_retry_after++;
}

// Length of the whole answer, 0 while its head is not there.
static size_t answer_len(const struct connection *c)
{
	const char *end = strstr(c->answer, "\r\n\r\n");
	const char *length = end != NULL ? strcasestr(c->answer, "\r\ncontent-length: ") : NULL;

	if (end == NULL)
		return 0;
	return (size_t)(end - c->answer) + 4 +
	       (length != NULL && length < end
		       ? strtoul(length + strlen("\r\ncontent-length: "), NULL, 10)
		       : 0);
}

static void receive(struct connection *c)
{
	ssize_t n = recv(c->fd, c->answer + c->len, sizeof(c->answer) - 1 - c->len, MSG_DONTWAIT);
	size_t whole;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { // closed; an idle connection may be
		run.broken += c->due_ns != 0;
		for (struct connection **at = &run.idle; *at != NULL; at = &(*at)->next_idle)
			if (*at == c) {
				*at = c->next_idle;
				break;
			}
		close(c->fd);
		open_connection(c);
		return;
	}
	c->len += (size_t)n;
	c->answer[c->len] = '\0';
	whole = answer_len(c);
	if (whole == 0 || c->len < whole)
		return;
	count_answer(c, now_ns());
	c->len = 0;
	c->due_ns = 0;
	c->next_idle = run.idle;
	run.idle = c;
}

static void receive_all(int64_t wait_ns)
{
	struct timespec wait = {wait_ns / 1000000000, wait_ns % 1000000000};
	struct epoll_event events[256];
	int n = epoll_pwait2(run.epoll, events, 256, &wait, NULL);

	for (int i = 0; i < n; i++)
		receive(events[i].data.ptr);
}

// Sends what is due while connections are free; what finds none keeps its time and goes first.
static void drive(double per_second, double seconds)
{
	int64_t begun = now_ns(), gap_ns = (int64_t)(1e9 / per_second);
	uint64_t total = (uint64_t)(per_second * seconds), next = 0;
	int64_t end = begun + (int64_t)(seconds * 1e9) + DRAIN_S * INT64_C(1000000000);

	while (run.made.count + run.refused.count + run.broken < total && now_ns() < end) {
		int64_t now = now_ns();
		int64_t due = begun + (int64_t)next * gap_ns;

		while (next < total && due <= now && run.idle != NULL) {
			send_request(due);
			due = begun + (int64_t)++next * gap_ns;
		}
		receive_all(next < total && run.idle != NULL && due > now ? due - now : 1000000);
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double quantile_ms(const struct latencies *l, double q)
{
	return l->count > 0 ? l->us[(size_t)((double)(l->count - 1) * q)] / 1000.0 : 0;
}

static void print(double per_second, double seconds)
{
	uint64_t due = (uint64_t)(per_second * seconds);

	qsort(run.made.us, run.made.count, sizeof(uint32_t), by_value);
	qsort(run.refused.us, run.refused.count, sizeof(uint32_t), by_value);
	qsort(run.refused_asked.us, run.refused_asked.count, sizeof(uint32_t), by_value);
	printf("JSON {\"due\":%llu,\"made\":%zu,\"sold_out\":%llu,\"unavailable\":%llu,"
	       "\"limited\":%llu,\"other\":%llu,\"without_retry_after\":%llu,\"broken\":%llu,"
	       "\"unanswered\":%llu,\"seconds\":%.3f,\"p50_ms\":%.3f,\"p90_ms\":%.3f,"
	       "\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,\"refused_p50_ms\":%.3f,"
	       "\"refused_p99_ms\":%.3f,\"refused_asked_p50_ms\":%.3f,"
	       "\"refused_asked_p99_ms\":%.3f}\n",
	    (unsigned long long)due, run.made.count, (unsigned long long)run.sold_out,
	    (unsigned long long)run.unavailable, (unsigned long long)run.limited,
	    (unsigned long long)run.other, (unsigned long long)run.without_retry_after,
	    (unsigned long long)run.broken,
	    (unsigned long long)(due - run.made.count - run.refused.count), seconds,
	    quantile_ms(&run.made, 0.5), quantile_ms(&run.made, 0.9), quantile_ms(&run.made, 0.99),
	    quantile_ms(&run.made, 0.999), quantile_ms(&run.made, 1),
	    quantile_ms(&run.refused, 0.5), quantile_ms(&run.refused, 0.99),
	    quantile_ms(&run.refused_asked, 0.5), quantile_ms(&run.refused_asked, 0.99));
}

int main(int argc, char **argv)
{
	double per_second, seconds;
	size_t connections;
	struct connection *all;

	if (argc != 7) {
		fprintf(
		    stderr, "usage: arrivals port connections per_second seconds targets prefix\n");
		return 2;
	}
	run.address =
	    (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
	run.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	connections = strtoul(argv[2], NULL, 10);
	per_second = strtod(argv[3], NULL);
	seconds = strtod(argv[4], NULL);
	load_targets(argv[5]);
	run.prefix = argv[6];
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.made.us = malloc((size_t)(per_second * seconds + 1) * sizeof(uint32_t));
	run.refused.us = malloc((size_t)(per_second * seconds + 1) * sizeof(uint32_t));
	run.refused_asked.us = malloc((size_t)(per_second * seconds + 1) * sizeof(uint32_t));
	all = calloc(connections, sizeof(*all));
	if (connections == 0 || per_second <= 0 || per_second * seconds > SAMPLES_MAX ||
	    run.made.us == NULL || run.refused.us == NULL || run.refused_asked.us == NULL ||
	    all == NULL)
		die("arguments");
	for (size_t i = 0; i < connections; i++)
		open_connection(&all[i]);
	drive(per_second, seconds);
	print(per_second, seconds);
	return 0;
}
