// SPDX-License-Identifier: Apache-2.0
//
// roadshow: the operator's command line. Owns the table of commands; each lives in src/cli/.
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/demo.h"

static int run_demo(const struct cli_command *self, int argc, char **argv)
{
	(void)self; // the demo parses its own options
	argv[-1] = (char *)(uintptr_t) "roadshow demo";
	return demo_main(argc + 1, argv - 1);
}

#define API_ENVIRONMENT                                                                            \
	"Environment:\n"                                                                           \
	"  ROADSHOW_URL           where the service is (https://localhost:8443)\n"                 \
	"  ROADSHOW_CA            certificate to trust, when the system does not\n"

static const struct cli_command COMMANDS[] = {
    {"migrate", "bring the database to this version's schema",
	"Usage: roadshow migrate [--status] [--sql DIR]\n"
	"\n"
	"Applies what is missing of sql/migrations, each in a transaction of its own, then all of\n"
	"sql/functions, and grants the service's role what it may execute. Safe to run again and\n"
	"from several hosts at once. Refuses when a migration that was applied has been changed,\n"
	"and a database that is not in UTF-8 or not ordered by bytes.\n"
	"Makes the roles roadshow_owner and roadshow_app when they are missing.\n"
	"\n"
	"  --status    only tell what is applied and what is missing\n"
	"  --sql DIR   the directory that holds migrations/ and functions/\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_ADMIN_DATABASE_URL  a role that may create roles (DATABASE_URL)\n"
	"  ROADSHOW_SQL_DIR             as --sql\n",
	cli_migrate},
    {"creator create", "make a creator and its first API key",
	"Usage: roadshow creator create --slug SLUG --name NAME\n"
	"\n"
	"Prints the creator's id and its API key, which is shown once.\n"
	"\n" API_ENVIRONMENT "  ROADSHOW_OPERATOR_KEY  the operator's key\n",
	cli_creator_create},
    {"partner create", "make a fulfilment partner and its API key",
	"Usage: roadshow partner create --name NAME\n"
	"\n"
	"Prints the partner's id and its API key, which is shown once.\n"
	"\n" API_ENVIRONMENT "  ROADSHOW_OPERATOR_KEY  the operator's key\n",
	cli_partner_create},
    {"key create", "make another API key of a creator",
	"Usage: roadshow key create --role creator|storefront --name NAME\n"
	"\n"
	"A storefront key may be published: it claims and orders, nothing else. Prints the key's "
	"id\n"
	"and the key, which is shown once.\n"
	"\n" API_ENVIRONMENT "  ROADSHOW_API_KEY       a key of the creator's\n",
	cli_key_create},
    {"key revoke", "revoke an API key at once",
	"Usage: roadshow key revoke ID\n"
	"\n" API_ENVIRONMENT "  ROADSHOW_API_KEY       a key of the creator's\n",
	cli_key_revoke},
    {"keys init", "make the signing keys and secrets of a service",
	"Usage: roadshow keys init DIR\n"
	"\n"
	"Makes what is missing in DIR (mode 0700) and never touches what is there: keys that sign\n"
	"tokens and status lists (P-256), the ledger's key (Ed25519), the key that devices "
	"encrypt\n"
	"consents to (P-256), the keys that seal contacts and the secrets of draws, and the\n"
	"server's secret.\n",
	cli_keys_init},
    {"keys rotate", "change a key that signs, or the one that consents are encrypted to",
	"Usage: roadshow keys rotate --use token|status|ledger|consent [--stage STAGE] DIR\n"
	"\n"
	"One stage at a time, with a restart of the service after each:\n"
	"\n"
	"  next      makes a key that is published and does not sign yet (the default). Wait "
	"until\n"
	"            every verifier has seen it: devices have mirrored, 5 minutes for the others\n"
	"  activate  that key signs from now on; the one before stays published\n"
	"  retire    removes keys that sign no more, when all that they signed has expired\n"
	"\n"
	"A consent key is encrypted to instead: the next one opens already, the one before still.\n"
	"\n"
	"A stage that was interrupted is given again.\n",
	cli_keys_rotate},
    {"keys retire", "take a leaked key out of use at once",
	"Usage: roadshow keys retire --use token|status|ledger|consent --kid KID DIR\n"
	"\n"
	"Removes the key, whatever its state. When it is the one that signs, the next one takes\n"
	"its place, or a new one. What it signed is refused from the restart on, and is signed\n"
	"again by the other key when it is asked for.\n",
	cli_keys_retire},
    {"keys operator", "make an operator's key",
	"Usage: roadshow keys operator\n"
	"\n"
	"Prints a new key for the operator, and the hash that the service is given instead of it,\n"
	"as two lines that a shell can source.\n",
	cli_keys_operator},
    {"draw verify", "make a draw again from public facts",
	"Usage: roadshow draw verify URL DROP\n"
	"\n"
	"URL is that of the service, DROP the id of a drop that was drawn. Reads nothing but\n"
	"what everybody may read: commitments, secrets, the ids of all entries. Ends with 1 and\n"
	"says so when a secret is not the one that was committed to, when the entries are not\n"
	"those with which the draw closed, or when another order follows from them. What was\n"
	"committed to and when is in the ledger, which roadshow log verify follows.\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_CA            certificate to trust, when the system does not\n",
	cli_draw_verify},
    {"log verify", "follow a transparency log as a stranger",
	"Usage: roadshow log verify URL [--state FILE] [--vkey KEY]\n"
	"\n"
	"URL is that of a log, such as https://drops.example.com/logs/night-market. Reads nothing "
	"but\n"
	"what everybody may read, and believes nothing: the checkpoint's signature, that the log "
	"goes\n"
	"on where it was last time, that every entry is included, and that no drop ever had more\n"
	"tokens than were tokenized, at any entry. Ends with 1 and says so when the log lies.\n"
	"\n"
	"  --state FILE  what was seen last time; made when it is missing. Keep it: it is the "
	"proof\n"
	"  --vkey KEY    the log's verifier key, from elsewhere than the log. Without it the one "
	"in\n"
	"                FILE, or for the first time the one that the log shows\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_CA            certificate to trust, when the system does not\n",
	cli_log_verify},
    {"demo", "play a two-city tour through the public API", "", run_demo},
    {"postal import", "tell the service where postal codes are",
	"Usage: roadshow postal import FILE\n"
	"\n"
	"Takes a file of postal codes as GeoNames publishes them for each country (country, code,\n"
	"seven columns of names, latitude, longitude), or country, code, latitude, longitude;\n"
	"separated by tabs, or by commas; a first line of names is passed over. Orders may then\n"
	"name a postal code instead of a position. All of the file is taken or nothing; a known\n"
	"code is moved.\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_ADMIN_DATABASE_URL  a role that may become roadshow_owner (DATABASE_URL)\n",
	cli_postal_import},
    {"replay", "rebuild every token's state from the ledger and compare",
	"Usage: roadshow replay [--creator SLUG]\n"
	"\n"
	"Reads the ledger of a creator, or of all, and nothing else; works out from it what every\n"
	"token, drop, window and deposit must be; and holds the tables against that. Changes\n"
	"nothing, and sees one moment: the service may go on meanwhile. Prints what differs, the\n"
	"first 20 of it. A history that cannot have happened is a difference too.\n"
	"\n"
	"Ends with 0 when the ledger and the tables say the same, 1 when they do not, 3 when the\n"
	"database could not be read.\n"
	"\n"
	"  --creator SLUG  only this one\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_ADMIN_DATABASE_URL  a role that may become roadshow_owner (DATABASE_URL)\n",
	cli_replay},
    {"route", "why an order goes where it goes",
	"Usage: roadshow route --explain ORDER\n"
	"\n"
	"Prints the stored decision: every hub that was considered, what ruled it out or in, and\n"
	"what won.\n"
	"\n" API_ENVIRONMENT "  ROADSHOW_API_KEY       a key of the creator's\n",
	cli_route},
    {"simulate", "what another routing policy would have done",
	"Usage: roadshow simulate --creator SLUG --policy FILE --from TIME --to TIME [--json]\n"
	"\n"
	"Decides the creator's orders of that time again, in their order, by the policy in FILE "
	"(the\n"
	"members that PUT /v1/route/policy takes; those that are not given are as now), and "
	"prints\n"
	"what differs in distance, splits, late promises and cost. Changes nothing: it reads in a\n"
	"read-only transaction. A role with pg_read_all_data, or SELECT on the tables, and EXECUTE "
	"on\n"
	"the functions of schema roadshow is enough; another has to be one that may become\n"
	"roadshow_owner.\n"
	"\n"
	"What it assumes: an order had the candidates that its first decision recorded, as far "
	"away,\n"
	"with the stock and the slots recorded, moved by what the orders before it would have "
	"taken\n"
	"there otherwise. Waves behind the recorded one have the slots that none of these orders\n"
	"holds. What hubs are (kind, radius, costs, event) and prices are as now. Routings that\n"
	"followed, cancellations and refused orders are not made again. By the policy of then\n"
	"every order comes out as it was decided; it says how many do not, because a hub has been\n"
	"changed since.\n"
	"\n"
	"  --policy FILE  JSON, such as {\"rules\": [\"promise_met\", \"cheapest\"]}\n"
	"  --from TIME    from then on, such as 2026-05-01T00:00:00Z\n"
	"  --to TIME      before then\n"
	"  --json         for a program\n"
	"\n"
	"Environment:\n"
	"  ROADSHOW_ADMIN_DATABASE_URL  see above (DATABASE_URL)\n",
	cli_simulate},
    {"ready", "ask whether the service is ready",
	"Usage: roadshow ready [--wait SECONDS]\n"
	"\n"
	"Ends with 0 when /readyz says so. With --wait, asks again until then.\n"
	"\n" API_ENVIRONMENT,
	cli_ready},
    {"settings", "check the settings, or print a sample file",
	"Usage: roadshow settings [--sample]\n"
	"\n"
	"Reads the settings as the service would (ROADSHOW_CONF, then the environment) and says\n"
	"whether they make sense. --sample prints every setting with its default and meaning.\n",
	cli_settings},
};

static void print_help(FILE *out)
{
	fputs("Usage: roadshow COMMAND [OPTIONS]\n\nCommands:\n", out);
	for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++)
		fprintf(out, "  %-16s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
	fputs(
	    "\nroadshow COMMAND --help tells more. roadshow --version tells the version.\n"
	    "\n"
	    "Ends with 0 when it is done, 1 when it was refused, 2 when the command line makes no\n"
	    "sense, 3 when the database or the service did not answer.\n",
	    out);
}

// The command whose words start the arguments; *words says how many they are.
static const struct cli_command *find_command(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
		const char *name = COMMANDS[i].name, *space = strchr(name, ' ');
		size_t first = space != NULL ? (size_t)(space - name) : strlen(name);
		if (strlen(argv[0]) != first || strncmp(argv[0], name, first) != 0)
			continue;
		*words = space != NULL ? 2 : 1;
		if (space == NULL || (argc > 1 && strcmp(argv[1], space + 1) == 0))
			return &COMMANDS[i];
	}
	return NULL;
}

// `roadshow creator` alone, or with a second word that we do not know.
static int explain_unknown(const char *word)
{
	bool is_group = false;
	size_t len = strlen(word);
	for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
		const char *name = COMMANDS[i].name;
		if (strncmp(name, word, len) != 0 || name[len] != ' ')
			continue;
		fprintf(stderr, "%s%s",
		    is_group ? ", or roadshow " : "roadshow: did you mean roadshow ", name);
		is_group = true;
	}
	if (is_group)
		fputs("?\n", stderr);
	else
		fprintf(
		    stderr, "roadshow: there is no command \"%s\"; see roadshow --help\n", word);
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	log_open("roadshow", LOG_LEVEL_WARN);
	if (argc < 2) {
		print_help(stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return CLI_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("roadshow " ROADSHOW_VERSION);
		return CLI_OK;
	}
	int words = 0;
	const struct cli_command *command = find_command(argc - 1, argv + 1, &words);
	if (command == NULL)
		return explain_unknown(argv[1]);
	return command->run(command, argc - 1 - words, argv + 1 + words);
}
