// SPDX-License-Identifier: Apache-2.0
//
// Kore's key manager ends when the parent tells it to, or when the last copy of the parent's end of
// its pipe closes. It holds such a copy itself, so after a kill -9 of the parent it would stay for
// ever, with the private key in its memory. Here it looks for its parent every half second.
//
// kore_worker_privdrop() is the last that the key manager calls before its loop; the linker's --wrap
// leaves the workers' own call of it alone, for that is inside Kore's same file. Workers look for
// their parent in server.c.
#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include <kore/kore.h>
#include <kore/seccomp.h>

#include "base/base.h"

#define LOOK_MS 500

void __real_kore_worker_privdrop(const char *runas, const char *root);
void __wrap_kore_worker_privdrop(const char *runas, const char *root);

static pid_t parent;

// The key manager has dropped every filter but its own by now, and knows no hooks.
static struct sock_filter filter[] = {KORE_SYSCALL_ALLOW(getppid)};

static void look_for_parent(void *arg, u_int64_t now)
{
	(void)arg;
	(void)now;
	if (getppid() != parent)
		kore_signal(SIGQUIT);
}

void __wrap_kore_worker_privdrop(const char *runas, const char *root)
{
	parent = getppid();
	kore_seccomp_filter("parent", filter, KORE_FILTER_LEN(filter));
	(void)kore_timer_add(look_for_parent, LOOK_MS, NULL, 0);
	__real_kore_worker_privdrop(runas, root);
}
