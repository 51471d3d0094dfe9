// SPDX-License-Identifier: Apache-2.0
//
// Owns the key of the challenges. Nothing is kept of a challenge that was given out.
#include "tokens/proof.h"

#include <string.h>

#include "base/clock.h"
#include "base/shm.h"

#define PROOF_CLIMB_MS 30000
#define CHALLENGE_BYTES_MAX 2048

static struct altcha_key key_of_proofs;

void proof_start(const uint8_t secret[32])
{
	key_of_proofs = altcha_key_of(secret);
}

// Work for the excess: all of the way up at PROOF_CLIMB_MS.
static unsigned bits_for(const struct settings *s, int64_t excess_ms)
{
	int64_t steps = s->proof_bits_max - s->proof_bits_min;

	if (steps < 0)
		steps = 0;
	return (unsigned)(s->proof_bits_min + steps * excess_ms / PROOF_CLIMB_MS);
}

// The drop's bucket is named with a secret, as every bucket is.
static int64_t excess_of(const struct settings *s, const struct uuid *drop)
{
	struct digest d =
	    hmac_sha256(key_of_proofs.text, sizeof(key_of_proofs.text), drop->b, sizeof(drop->b));
	uint64_t hash;

	memcpy(&hash, d.b, sizeof(hash));
	return shm_excess_ms(hash, s->proof_rate, PROOF_CLIMB_MS);
}

void proof_challenge(struct call *c)
{
	const struct settings *s = call_settings();
	struct uuid drop = call_param_uuid(c, "drop");
	struct altcha_challenge challenge = altcha_make(
	    bits_for(s, excess_of(s, &drop)), &drop, clock_now_us() / 1000000 + s->proof_ttl_s);
	struct buf out;
	struct json_out w;

	buf_init(&out, CHALLENGE_BYTES_MAX);
	w = json_to(&out);
	altcha_put(&w, &key_of_proofs, &challenge);
	ASSERT(!out.failed);
	shm_add(METRIC_CHALLENGES, 1);
	call_set_header(c, "cache-control", "no-store");
	call_answer_json(c, 200, (struct span){buf_text(&out), out.len});
	buf_release(&out);
}

bool proof_of_claim(struct call *c, const struct uuid *drop, const struct altcha_challenge **out)
{
	struct span payload = json_get_text(c->json, "altcha");
	struct altcha_challenge *challenge = arena_alloc(&c->arena, sizeof(*challenge));

	*out = NULL;
	if (payload.ptr == NULL && c->caller.role != ROLE_STOREFRONT)
		return true;
	if (payload.ptr == NULL) {
		call_problem(c, 403, "proof_required",
		    "Through a storefront key a claim carries a proof of work in `altcha`; "
		    "GET /v1/drops/{drop}/challenge gives the challenge.",
		    "/altcha");
		return false;
	}
	if (challenge == NULL ||
	    altcha_check(&c->arena, &key_of_proofs, payload, challenge) != ALTCHA_OK ||
	    !uuid_eq(&challenge->drop, drop)) {
		shm_add(METRIC_PROOFS_REFUSED, 1);
		call_problem(c, 422, "proof_invalid",
		    "This is no solution of a challenge that was made here for this drop.",
		    "/altcha");
		return false;
	}
	*out = challenge;
	return true;
}
