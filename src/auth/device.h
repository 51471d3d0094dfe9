// SPDX-License-Identifier: Apache-2.0
//
// Signed requests of venue devices (RFC 9421, RFC 9530; the profile is in crypto/httpsig.h).
//
// A key id is `<creator>.<device>`, each UUID as 22 characters of base64url, so that the look-up is
// one shard. The order of work:
//
//   device_key_id()   reads the signature, checks everything but the signature itself, names the
//                     device
//   (a look-up)       device_lookup_statement
//   device_verify()   checks the signature with the device's key and fills the caller
//
// Clocks. A signature's `created` may differ from our time by 300 s. A device whose clock is
// further off is answered 401 `clock_skew` with our time in the header Roadshow-Server-Time; it
// then signs with the corrected time and tells what its own clock says in the signed header
// Roadshow-Device-Time (RFC 3339). Its events keep their wrong times and are corrected by the
// difference; without the header, `created` is taken for the device's clock.
//
// Nonces of writes are used up in the transaction of the effect (roadshow.device_nonce()); reads
// need none, because hearing one twice changes nothing.
#ifndef ROADSHOW_DEVICE_H
#define ROADSHOW_DEVICE_H

#include "crypto/digest.h"
#include "db/db.h"
#include "http/call.h"

#define DEVICE_KEY_ID_LEN (UUID_SHORT_LEN + 1 + UUID_SHORT_LEN)

// What a signed request said; lives in the call's arena as call->signature once it is verified.
// Header values are borrowed from the request.
struct device_request {
	struct span nonce;
	struct span input;     // Signature-Input
	struct span signature; // Signature
	struct span base;      // what was signed
	int64_t created_s;
	int64_t clock_us; // what the device's clock said
	bool clock_told;  // by the header, to the microsecond; else by `created`, to the second
};

// api.device_lookup(): item, state, public key as JWK; one column, the device.
extern const struct db_statement device_lookup_statement;

bool device_key_id_parse(struct span keyid, struct uuid *creator, struct uuid *device) MUST_CHECK;
void device_key_id_format(const struct uuid *creator, const struct uuid *device, char *out);

// Both: false, when the call has its problem.
bool device_key_id(struct call *c, struct uuid *creator, struct uuid *device) MUST_CHECK;
bool device_verify(struct call *c, const struct db_row *row);

// `{"nonce":…,"nonce_until":…}`: what a device's write tells roadshow.device_nonce(). The members
// only, for an object that the caller has opened.
void device_put_nonce(struct json_out *w, const struct device_request *r);

#endif
