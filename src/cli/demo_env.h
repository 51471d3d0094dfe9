// SPDX-License-Identifier: Apache-2.0
//
// The environment file that script/up leaves (.run/env): lines a shell can source, NAME=value or
// export NAME='value'. For people who did not source it.
#ifndef ROADSHOW_CLI_DEMO_ENV_H
#define ROADSHOW_CLI_DEMO_ENV_H

#include "base/base.h"
#include "base/str.h"

#define ENV_NAME_MAX 64
#define ENV_VALUE_MAX 1024

// One line. True for an assignment: name and value are NUL-terminated and unquoted. Expansions are
// not made; lines that hold anything else are passed over.
bool env_line(struct span line, char name[ENV_NAME_MAX], char value[ENV_VALUE_MAX]) MUST_CHECK;
// Sets what the file says and the environment does not. A file that cannot be read says nothing.
void env_borrow(const char *path);

#endif
