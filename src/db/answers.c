// SPDX-License-Identifier: Apache-2.0
//
// Answers that came from the database and are given to who waits. Rendering one can take as long as a
// signature, so those of a large batch are given out a few in each turn of the loop: meanwhile the
// database has the next batch, and who asked for little does not wait behind hundreds.
//
// Owns the results until the last of their rows was given out.
#include <stdlib.h>

#include "db/internal.h"

#define ANSWERS_IN_TURN 8 // some 80 µs each when they are signed

struct answers {
	struct answers *next;
	PGresult *result;
	const struct db_statement *statement;
	int row;      // the next
	size_t count; // items; those that had their answer are NULL
	struct db_item *items[DB_BATCH_ITEMS_MAX];
};

static struct {
	struct answers *first, *last;
} waiting;

static void give_row(struct db_item **items, size_t n, const struct db_statement *st,
    const PGresult *result, int row)
{
	struct db_row r = {result, row};
	struct db_outcome outcome = {.status = DB_OK, .row = &r};
	int64_t number = st->batch_max > 1 ? db_int(&r, 0) : row + 1;

	if (number < 1 || number > (int64_t)n || items[number - 1] == NULL)
		return;
	db_item_finish(items[number - 1], &outcome);
	items[number - 1] = NULL;
}

static void give_rest(struct db_item **items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (items[i] != NULL)
			db_item_finish(items[i], &(struct db_outcome){.status = DB_OK});
}

// False when there is no memory for it.
static bool keep(struct db_item **items, size_t n, const struct db_statement *st, PGresult *result)
{
	struct answers *a = malloc(sizeof(*a));

	if (a == NULL)
		return false;
	a->next = NULL;
	a->result = result;
	a->statement = st;
	a->row = 0;
	a->count = n;
	for (size_t i = 0; i < n; i++)
		a->items[i] = items[i];
	if (waiting.last != NULL)
		waiting.last->next = a;
	else
		waiting.first = a;
	waiting.last = a;
	return true;
}

bool answers_give(struct db_item **items, size_t n, const struct db_statement *st, PGresult *result)
{
	if (n > ANSWERS_IN_TURN && keep(items, n, st, result))
		return true;
	for (int row = 0; row < PQntuples(result); row++)
		give_row(items, n, st, result, row);
	give_rest(items, n);
	PQclear(result);
	return false;
}

bool answers_turn(void)
{
	struct answers *a = waiting.first;

	if (a == NULL)
		return false;
	for (int i = 0; i < ANSWERS_IN_TURN && a->row < PQntuples(a->result); i++)
		give_row(a->items, a->count, a->statement, a->result, a->row++);
	if (a->row < PQntuples(a->result))
		return true;
	give_rest(a->items, a->count);
	waiting.first = a->next;
	if (waiting.first == NULL)
		waiting.last = NULL;
	PQclear(a->result);
	free(a);
	return waiting.first != NULL;
}
