// SPDX-License-Identifier: Apache-2.0
//
// Draws as everybody sees them, and revealing a party's secret. Entering and collecting are in
// src/tokens/entries.c; making a draw is part of making a drop (drops_api.c).
#include "http/call.h"

extern const struct route draw_routes[];

static const struct field reveal_fields[] = {
    {.name = "party", .type = FIELD_TEXT, .min = 1, .max = 40},
    {.name = "secret", .type = FIELD_TEXT, .required = true, .min = 64, .max = 64},
    {0},
};
static const struct field entries_query[] = {
    {.name = "limit", .type = FIELD_INT, .min = 1, .max = 10000},
    {.name = "after", .type = FIELD_UUID},
    {0},
};

static const struct db_statement draw_read = COMMAND(draw_read);
static const struct db_statement draw_entry_list = COMMAND(draw_entry_list);
static const struct db_statement draw_reveal = COMMAND(draw_reveal);

const struct route draw_routes[] = {
    {.method = GET,
	.path = "/v1/drops/{drop}/draw",
	.roles = ROLES(ROLE_PUBLIC),
	.statement = &draw_read},
    {.method = GET,
	.path = "/v1/drops/{drop}/draw/entries",
	.roles = ROLES(ROLE_PUBLIC),
	.query = entries_query,
	.statement = &draw_entry_list},
    {.method = POST,
	.path = "/v1/drops/{drop}/draw/reveal",
	.roles = ROLES(ROLE_CREATOR),
	.body = reveal_fields,
	.statement = &draw_reveal},
    {0},
};
