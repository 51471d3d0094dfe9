// SPDX-License-Identifier: Apache-2.0
//
// What the commands of `roadshow` share: the table's row, options, exit codes, and the connection
// to the service that the environment names. A command prints what it made on standard output, one
// thing a line, and everything else on standard error.
#ifndef ROADSHOW_CLI_COMMAND_H
#define ROADSHOW_CLI_COMMAND_H

#include "base/base.h"
#include "cli/http.h"
#include "json/json.h"

enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,	     // it was tried and refused; the reason is on standard error
	CLI_USAGE = 2,	     // the command line makes no sense
	CLI_UNREACHABLE = 3, // the database or the service did not answer
};

struct cli_command {
	const char *name;    // "creator create"
	const char *summary; // one line of `roadshow --help`
	const char *usage;   // all of `roadshow <name> --help`
	int (*run)(
	    const struct cli_command *self, int argc, char **argv); // arguments after the name
};

// ---- options: --name VALUE, --name=VALUE, --flag; in any order with the positional arguments

struct cli_option {
	const char *name;   // without the dashes; NULL ends a table
	const char **value; // takes a value; or
	bool *flag;
};

enum cli_parsed {
	CLI_PARSED,
	CLI_PARSED_HELP, // the usage was printed: end with CLI_OK
	CLI_PARSED_WRONG // said why: end with CLI_USAGE
};

// Fills values, flags and `positional` (up to `most`, at least `least`). Values point into argv.
enum cli_parsed cli_parse(const struct cli_command *self, int argc, char **argv,
    const struct cli_option *options, const char **positional, int least, int most) MUST_CHECK;

// One line on standard error, "roadshow <command>: …".
void cli_complain(const struct cli_command *self, const char *fmt, ...) PRINTF_LIKE(2, 3);

// ---- the service --------------------------------------------------------------------------------

// The service at ROADSHOW_URL (or https://localhost:8443), trusting ROADSHOW_CA. NULL: said why.
struct client *cli_service(const struct cli_command *self) MUST_CHECK;
// Sends and waits. Returns CLI_OK with the answer's JSON in `arena` (*out is NULL for an empty
// body) when the status is 2xx; otherwise says why and returns the exit code.
int cli_send(const struct cli_command *self, const struct client_request *rq, struct arena *arena,
    const struct json **out) MUST_CHECK;
// The value of an environment variable; says what to set, and returns NULL, when it is missing.
const char *cli_need(const struct cli_command *self, const char *variable, const char *what);
// The member as a NUL-terminated copy in the arena, "" when it is no text.
const char *cli_text(struct arena *arena, const struct json *object, const char *member);

// ---- the commands, one function each ------------------------------------------------------------

int cli_draw_verify(const struct cli_command *self, int argc, char **argv);
int cli_log_verify(const struct cli_command *self, int argc, char **argv);
int cli_migrate(const struct cli_command *self, int argc, char **argv);
int cli_creator_create(const struct cli_command *self, int argc, char **argv);
int cli_partner_create(const struct cli_command *self, int argc, char **argv);
int cli_key_create(const struct cli_command *self, int argc, char **argv);
int cli_key_revoke(const struct cli_command *self, int argc, char **argv);
int cli_keys_init(const struct cli_command *self, int argc, char **argv);
int cli_keys_retire(const struct cli_command *self, int argc, char **argv);
int cli_keys_rotate(const struct cli_command *self, int argc, char **argv);
int cli_keys_operator(const struct cli_command *self, int argc, char **argv);
int cli_postal_import(const struct cli_command *self, int argc, char **argv);
int cli_ready(const struct cli_command *self, int argc, char **argv);
int cli_replay(const struct cli_command *self, int argc, char **argv);
int cli_route(const struct cli_command *self, int argc, char **argv);
int cli_simulate(const struct cli_command *self, int argc, char **argv);
int cli_settings(const struct cli_command *self, int argc, char **argv);

#endif
