// SPDX-License-Identifier: Apache-2.0
//
// Everything here lives in the call's arena or is borrowed from the request; nothing is kept.
#include "auth/device.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/httpsig.h"
#include "http/router.h"

// Longer than a signature can be accepted for, whichever way its clock is off.
#define NONCE_KEPT_S (INT64_C(2) * HTTPSIG_SKEW_MAX_S)
#define CLOCK_HEADER "roadshow-device-time"

const struct db_statement device_lookup_statement = {
    .name = "device_lookup",
    .sql = "select item, state, public_key from api.device_lookup($1, $2)",
    .columns = 1,
    .types = {DB_UUID},
    .batch_max = 256,
};
enum { COL_STATE = 1, COL_PUBLIC_KEY };

// Between device_key_id() and device_verify() the call's `signature` points into this.
struct parsed {
	struct device_request told; // first: call->signature points here
	struct httpsig sig;
	struct uuid creator, device;
};

bool device_key_id_parse(struct span keyid, struct uuid *creator, struct uuid *device)
{
	return keyid.len == DEVICE_KEY_ID_LEN && keyid.ptr[UUID_SHORT_LEN] == '.' &&
	       uuid_parse_short((struct span){keyid.ptr, UUID_SHORT_LEN}, creator) &&
	       uuid_parse_short(
		   (struct span){keyid.ptr + UUID_SHORT_LEN + 1, UUID_SHORT_LEN}, device);
}

void device_key_id_format(const struct uuid *creator, const struct uuid *device, char *out)
{
	uuid_format_short(creator, out);
	out[UUID_SHORT_LEN] = '.';
	uuid_format_short(device, out + UUID_SHORT_LEN + 1);
}

void device_put_nonce(struct json_out *w, const struct device_request *r)
{
	json_key(w, "nonce");
	json_put_span(w, r->nonce);
	json_key(w, "nonce_until");
	json_put_time(w, (r->created_s + NONCE_KEPT_S) * 1000000);
}

static bool refuse(struct call *c, const char *code, const char *detail)
{
	call_set_header(c, "www-authenticate", "Bearer");
	call_problem(c, 401, code, detail, NULL);
	return false;
}

static bool refuse_clock(struct call *c)
{
	char now[CLOCK_RFC3339_LEN + 1], detail[200];

	clock_format(c->started_us, now);
	call_set_header(c, "roadshow-server-time", now);
	snprintf(detail, sizeof(detail),
	    "The signature's `created` is more than %d s from our time, which is %s; sign with the "
	    "corrected time and tell your clock in Roadshow-Device-Time.",
	    HTTPSIG_SKEW_MAX_S, now);
	return refuse(c, "clock_skew", detail);
}

static struct span header_of(void *arg, const char *name)
{
	return call_header(arg, name);
}

static bool refuse_result(struct call *c, enum httpsig_result r)
{
	if (r == HTTPSIG_TIME)
		return refuse_clock(c);
	return refuse(c, httpsig_result_code(r), httpsig_result_text(r));
}

static bool is_covered(struct span base, const char *name)
{
	char line[80];
	int len = snprintf(line, sizeof(line), "\"%s\": ", name);
	const char *at = memmem(base.ptr, base.len, line, (size_t)len);

	return at != NULL && (at == base.ptr || at[-1] == '\n');
}

// What the device's own clock said.
static bool read_clock(struct call *c, struct device_request *r)
{
	struct span header = call_header(c, CLOCK_HEADER);

	r->clock_us = r->created_s * 1000000;
	if (header.ptr == NULL)
		return true;
	if (!is_covered(r->base, CLOCK_HEADER))
		return refuse_result(c, HTTPSIG_NOT_COVERED);
	if (!clock_parse(header, &r->clock_us)) {
		call_problem(c, 400, "invalid_device_time",
		    "Roadshow-Device-Time takes an RFC 3339 date-time with an offset.", NULL);
		return false;
	}
	r->clock_told = true;
	return true;
}

// The base moves to the arena, so that nobody has to release it.
static bool keep_base(struct call *c, struct parsed *p)
{
	char *base = arena_strndup(&c->arena, buf_text(&p->sig.base), p->sig.base.len);
	size_t len = p->sig.base.len;

	httpsig_release(&p->sig);
	p->sig.base = (struct buf){.data = (uint8_t *)base, .len = len};
	p->told.base = (struct span){base, len};
	if (base == NULL)
		call_problem(c, 503, "overloaded", "Out of memory for this request.", NULL);
	return base != NULL;
}

bool device_key_id(struct call *c, struct uuid *creator, struct uuid *device)
{
	struct httpsig_request req = {
	    .method = c->head ? "HEAD" : router_method_name(c->method),
	    .authority = call_header(c, "host"),
	    .https = span_starts(span_of(call_settings()->public_url), "https:"),
	    .path = c->path,
	    .query = c->query,
	    .body = c->body,
	    .header = header_of,
	    .arg = c,
	};
	struct parsed *p = arena_alloc(&c->arena, sizeof(*p));
	enum httpsig_result r;

	if (p == NULL) {
		call_problem(c, 503, "overloaded", "Out of memory for this request.", NULL);
		return false;
	}
	r = httpsig_parse(&req, c->started_us / 1000000, &p->sig);
	if (r != HTTPSIG_OK) {
		httpsig_release(&p->sig);
		return refuse_result(c, r);
	}
	p->told = (struct device_request){
	    .nonce = p->sig.nonce,
	    .input = call_header(c, "signature-input"),
	    .signature = call_header(c, "signature"),
	    .created_s = p->sig.created_s,
	};
	if (!keep_base(c, p) || !read_clock(c, &p->told))
		return false;
	if (!device_key_id_parse(p->sig.keyid, &p->creator, &p->device))
		return refuse(c, "unauthorized", "`keyid` names no device of ours.");
	*creator = p->creator;
	*device = p->device;
	c->signature = &p->told;
	return true;
}

static bool check_signature(struct call *c, const struct parsed *p, struct span jwk)
{
	struct buf error;
	struct key *k;
	enum httpsig_result r = HTTPSIG_SIGNATURE;

	buf_init(&error, 256);
	k = key_from_jwk_text(jwk, &error); // was checked when it was enrolled
	if (k != NULL)
		r = httpsig_verify(&p->sig, k);
	key_release(k);
	buf_release(&error);
	return r == HTTPSIG_OK || refuse_result(c, r);
}

bool device_verify(struct call *c, const struct db_row *row)
{
	const struct parsed *p = (const struct parsed *)c->signature;

	ASSERT(p != NULL);
	if (db_is_null(row, COL_PUBLIC_KEY))
		return refuse(c, "unauthorized", "This device is not known.");
	if (!check_signature(c, p, db_text(row, COL_PUBLIC_KEY)))
		return false;
	if (span_eq(db_text(row, COL_STATE), "revoked"))
		return refuse(c, "key_revoked", "This device is revoked.");
	c->caller = (struct caller){
	    .role = ROLE_DEVICE,
	    .creator = p->creator,
	    .key = p->device,
	    .subject = p->device,
	};
	return true;
}
