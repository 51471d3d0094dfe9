// SPDX-License-Identifier: Apache-2.0
//
// The connection string. Host names are resolved once, by the parent: a worker sits in a chroot
// without resolver files, and getaddrinfo() would block its loop. A server that moves to another
// address needs a restart of the service or an address in front of it.
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"

static struct buf url;

const char *db_url(void)
{
	return buf_text(&url);
}

// key='value' with libpq's escapes.
static void put_pair(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s%s='", out->len > 0 ? " " : "", key);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
	buf_putc(out, '\'');
}

static bool resolve(const char *host, struct buf *addresses, struct buf *error)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	char text[NI_MAXHOST];
	int rc = getaddrinfo(host, NULL, &hints, &found);

	if (rc == 0)
		rc = getnameinfo(
		    found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST);
	if (rc == 0)
		buf_printf(addresses, "%s%s", addresses->len > 0 ? "," : "", text);
	else
		buf_printf(error, "database host \"%s\": %s", host, gai_strerror(rc));
	if (found != NULL)
		freeaddrinfo(found);
	return rc == 0;
}

// hostaddr for every host of the list; socket directories need none.
static bool resolve_all(const char *hosts, struct buf *addresses, struct buf *error)
{
	char *copy = strdup(hosts), *rest = copy;
	bool ok = copy != NULL;

	for (char *host; ok && (host = strsep(&rest, ",")) != NULL;)
		ok = resolve(host, addresses, error);
	free(copy);
	return ok;
}

bool db_prepare(const char *database_url, struct buf *error)
{
	char *why = NULL;
	const char *hosts = NULL, *given = NULL, *gss = NULL;
	struct buf addresses;
	PQconninfoOption *options = PQconninfoParse(database_url, &why);
	bool ok = options != NULL;

	buf_init(&addresses, 4096);
	buf_init(&url, 65536);
	if (!ok)
		buf_printf(error, "database_url: %s", why != NULL ? why : "out of memory");
	for (PQconninfoOption *o = options; ok && o->keyword != NULL; o++) {
		if (o->val == NULL)
			continue;
		put_pair(&url, o->keyword, o->val);
		if (strcmp(o->keyword, "host") == 0)
			hosts = o->val;
		if (strcmp(o->keyword, "hostaddr") == 0)
			given = o->val;
		if (strcmp(o->keyword, "gssencmode") == 0)
			gss = o->val;
	}
	if (gss == NULL) // else libpq looks for Kerberos tickets in files, and blocks
		put_pair(&url, "gssencmode", "disable");
	if (ok && hosts != NULL && given == NULL && strchr(hosts, '/') == NULL) {
		ok = resolve_all(hosts, &addresses, error);
		put_pair(&url, "hostaddr", buf_text(&addresses));
	}
	PQconninfoFree(options);
	PQfreemem(why);
	buf_release(&addresses);
	return ok && !url.failed;
}
