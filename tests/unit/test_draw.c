// SPDX-License-Identifier: Apache-2.0
//
// Shows: roots, keys, scores and orders are those that another implementation (Python's hashlib and
// hmac) computes, the order does not depend on the one that ids come in, and a sealed secret opens for
// its own draw only.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "draw/draw.h"
#include "hex.h"

#define MANY 1000

// Ids are the first 16 bytes of SHA-256("entry 0"), SHA-256("entry 1"), …; secrets SHA-256("service")
// and SHA-256("creator"); the drop's id is 10 11 … 1f.
static const struct {
	size_t count;
	const char *root, *key, *ranking_root;
	size_t order[7]; // of the sorted ids
} draws[] = {
    {0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"ed57d7dadb86fd647ae71ca54d7cbc5b3af407517ab8b461ac0ef599b385fa78",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", {0}},
    {1, "4ecc8855350013adbc4286c7169ea136dc050825e285992d6b3e92d67aa5fab3",
	"2295ef8fcdd02b0760fa3b1ba5cf6c60b8e1e07a105cdb7e6528a0075cf8a3a2",
	"4ecc8855350013adbc4286c7169ea136dc050825e285992d6b3e92d67aa5fab3", {0}},
    {2, "76c0942e2029507631a98a3bcbc2e3de1594c5d88c36ef3b47fa5ce3df52e1dd",
	"5f8fc404cc6aaf5d1f1487dec46fcd6099e1e390bfb478a9c8433c7635be36cd",
	"76c0942e2029507631a98a3bcbc2e3de1594c5d88c36ef3b47fa5ce3df52e1dd", {0, 1}},
    {7, "2a2dbdd06f136e002b5d1ae13a9beebf505462cddae0ab34262cae5ffb49b4a7",
	"530b0bd570be85326a2714319fdaa2377bfde446e5818c9094949657d3946280",
	"27ebf40267e27c500e81bf0f9ec5492f7c7c1c52f996548b081d0181413d46b8", {1, 0, 5, 6, 2, 4, 3}},
};

static struct uuid drop;
static uint8_t secrets[2 * DRAW_SECRET_LEN];

static void make_ids(struct uuid *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "entry %zu", i);
		struct digest d = digest_sha256(name, (size_t)len);

		memcpy(ids[i].b, d.b, sizeof(ids[i].b));
	}
}

static int setup(void **state)
{
	struct digest d[2];

	(void)state;
	crypto_init();
	for (size_t i = 0; i < sizeof(drop.b); i++)
		drop.b[i] = (uint8_t)(0x10 + i);
	d[0] = digest_sha256("service", 7);
	d[1] = digest_sha256("creator", 7);
	memcpy(secrets, d, sizeof(d));
	return 0;
}

static void draws_are_those_of_another_implementation(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(draws); k++) {
		struct uuid sorted[7], ids[7];
		struct digest root, key;

		make_ids(sorted, draws[k].count);
		assert_true(draw_sort(sorted, draws[k].count));
		root = draw_root(sorted, draws[k].count);
		assert_hex_equal(root.b, draws[k].root);
		key = draw_key(&root, secrets, sizeof(secrets), &drop, draws[k].count);
		assert_hex_equal(key.b, draws[k].key);
		memcpy(ids, sorted, sizeof(ids));
		assert_true(draw_rank(ids, draws[k].count, &key));
		for (size_t i = 0; i < draws[k].count; i++)
			assert_true(uuid_eq(&ids[i], &sorted[draws[k].order[i]]));
		root = draw_root(ids, draws[k].count);
		assert_hex_equal(root.b, draws[k].ranking_root);
	}
}

static void a_withheld_secret_is_left_out(void **state)
{
	struct digest root = hex_digest(draws[3].root), key;

	(void)state;
	key = draw_key(&root, secrets + DRAW_SECRET_LEN, DRAW_SECRET_LEN, &drop, 7);
	assert_hex_equal(key.b, "3c4cb7b371bd077904ed8013d7de57ae84ad05e28b5ad7a031c7528cd86e000f");
}

static void everything_changes_the_key(void **state)
{
	struct digest root = hex_digest(draws[3].root), key, other;
	struct uuid another = drop;
	uint8_t swapped[sizeof(secrets)];

	(void)state;
	key = draw_key(&root, secrets, sizeof(secrets), &drop, 7);
	other = draw_key(&root, secrets, sizeof(secrets), &drop, 8);
	assert_false(digest_equal(&key, &other));
	another.b[15] ^= 1;
	other = draw_key(&root, secrets, sizeof(secrets), &another, 7);
	assert_false(digest_equal(&key, &other));
	memcpy(swapped, secrets + DRAW_SECRET_LEN, DRAW_SECRET_LEN);
	memcpy(swapped + DRAW_SECRET_LEN, secrets, DRAW_SECRET_LEN);
	other = draw_key(&root, swapped, sizeof(swapped), &drop, 7);
	assert_false(digest_equal(&key, &other));
	root.b[0] ^= 1;
	other = draw_key(&root, secrets, sizeof(secrets), &drop, 7);
	assert_false(digest_equal(&key, &other));
}

static void scores_and_ids_are_those_of_another_implementation(void **state)
{
	struct digest key = hex_digest(draws[3].key), score;
	uint8_t bytes[2 * DRAW_NONCE_LEN];
	struct uuid ids[7], id;

	(void)state;
	make_ids(ids, 7);
	assert_true(draw_sort(ids, 7));
	assert_hex_equal(ids[0].b, "106c411261819e5a35192eab47324d72");
	score = draw_score(&key, &ids[0]);
	assert_hex_equal(
	    score.b, "2134ed7cec51e75069a13b02fceded7514e9404cb2445c34f1ab89517eac344f");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	id = draw_entry_id(bytes, bytes + DRAW_NONCE_LEN);
	assert_hex_equal(id.b, "630dcd2966c4336691125448bbb25b4f");
}

static void the_order_does_not_depend_on_how_ids_come(void **state)
{
	static struct uuid one[MANY], two[MANY];
	struct digest key = hex_digest(draws[3].key);

	(void)state;
	make_ids(one, MANY);
	for (size_t i = 0; i < MANY; i++)
		two[i] = one[MANY - 1 - i];
	assert_true(draw_rank(one, MANY, &key));
	assert_true(draw_rank(two, MANY, &key));
	assert_memory_equal(one, two, sizeof(one));
	for (size_t i = 1; i < MANY; i++) {
		struct digest a = draw_score(&key, &one[i - 1]), b = draw_score(&key, &one[i]);

		assert_true(memcmp(a.b, b.b, sizeof(a.b)) < 0);
	}
}

static void an_id_is_there_once(void **state)
{
	struct uuid ids[3];

	(void)state;
	make_ids(ids, 3);
	assert_true(draw_sort(ids, 3));
	ids[0] = ids[2];
	assert_false(draw_sort(ids, 3));
	assert_true(draw_sort(ids, 0));
}

static void a_sealed_secret_opens_for_its_draw_only(void **state)
{
	uint8_t key[SEAL_KEY_LEN] = {7}, secret[DRAW_SECRET_LEN] = {0};
	struct seal_ring *ring = seal_ring_of(key);
	struct uuid creator = {{1}}, other = {{2}};
	struct span sealed;
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	draw_seal(&out, ring, &creator, &drop, secrets);
	assert_int_equal(out.len, DRAW_SECRET_LEN + SEAL_OVERHEAD);
	sealed = (struct span){buf_text(&out), out.len};
	assert_false(draw_open(ring, &other, &drop, sealed, secret));
	assert_false(draw_open(ring, &creator, &other, sealed, secret));
	assert_true(draw_open(ring, &creator, &drop, sealed, secret));
	assert_memory_equal(secret, secrets, sizeof(secret));
	sealed.len--;
	assert_false(draw_open(ring, &creator, &drop, sealed, secret));
	buf_release(&out);
	seal_ring_release(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(draws_are_those_of_another_implementation),
	    cmocka_unit_test(a_withheld_secret_is_left_out),
	    cmocka_unit_test(everything_changes_the_key),
	    cmocka_unit_test(scores_and_ids_are_those_of_another_implementation),
	    cmocka_unit_test(the_order_does_not_depend_on_how_ids_come),
	    cmocka_unit_test(an_id_is_there_once),
	    cmocka_unit_test(a_sealed_secret_opens_for_its_draw_only),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
