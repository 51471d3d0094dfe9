// SPDX-License-Identifier: Apache-2.0
//
// Everything here is the call's.
#include "tokens/receipt.h"

#include "crypto/jws.h"
#include "http/command.h"
#include "tokens/tokens.h"

#define DRAW_TYPE "draw-receipt+jwt"
#define WAITLIST_TYPE "waitlist-receipt+jwt"

#define RECEIPT_FIELD(must)                                                                        \
	{                                                                                          \
		.name = "receipt", .type = FIELD_TEXT, .required = (must), .min = 1,               \
		.max = JWS_LEN_MAX                                                                 \
	}

const struct field receipt_fields[] = {RECEIPT_FIELD(true), {0}};
const struct field receipt_fields_optional[] = {RECEIPT_FIELD(false), {0}};

static void put_claims(struct json_out *w, const struct receipt *r)
{
	json_open(w, '{');
	json_key(w, "iss");
	json_put_span(w, tokens_issuer());
	json_kv_uuid(w, "entry", &r->entry);
	json_kv_uuid(w, "drop", &r->drop);
	if (r->nonce.ptr != NULL) {
		json_key(w, "nonce");
		json_put_hex(w, r->nonce.ptr, r->nonce.len);
		json_key(w, "salt");
		json_put_hex(w, r->salt.ptr, r->salt.len);
	}
	json_kv_int(w, "iat", r->issued_at_s);
	json_kv_int(w, "ledger_index", r->ledger_index);
	json_close(w, '}');
}

void receipt_put(struct json_out *w, struct span kid, const struct receipt *r)
{
	struct buf payload, text;
	struct json_out p;

	buf_init(&payload, JWS_LEN_MAX);
	buf_init(&text, JWS_LEN_MAX);
	p = json_to(&payload);
	put_claims(&p, r);
	jws_sign(&text, tokens_key(kid), r->nonce.ptr != NULL ? DRAW_TYPE : WAITLIST_TYPE,
	    (struct span){buf_text(&payload), payload.len});
	w->buf->failed |= payload.failed || text.failed;
	json_kv_text(w, "receipt", buf_text(&text));
	buf_release(&text);
	buf_release(&payload);
}

// Whether the body's receipt was made here for this entry of this drop.
static bool is_theirs(struct call *c)
{
	struct uuid entry = call_param_uuid(c, "entry"), drop = call_param_uuid(c, "drop"), said;
	struct span text = json_get_text(c->json, "receipt");
	const struct json *claims;

	if (text.ptr == NULL ||
	    (jws_verify(&c->arena, text, tokens_ring(), DRAW_TYPE, &claims) != JWS_OK &&
		jws_verify(&c->arena, text, tokens_ring(), WAITLIST_TYPE, &claims) != JWS_OK))
		return false;
	return uuid_parse(json_get_text(claims, "entry"), &said) && uuid_eq(&said, &entry) &&
	       uuid_parse(json_get_text(claims, "drop"), &said) && uuid_eq(&said, &drop);
}

static bool put_is_theirs(struct call *c, struct json_out *w, const void *arg)
{
	(void)arg;
	json_key(w, "is_theirs");
	json_put_bool(w, is_theirs(c));
	return true;
}

bool receipt_bind(struct call *c, struct db_item *item)
{
	return command_bind(c, item, put_is_theirs, NULL);
}
