// SPDX-License-Identifier: Apache-2.0
//
// HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530), in the profile of our devices:
//
//   covered     "@method" "@authority" "@path" "@query" "content-digest" "content-type"
//               "idempotency-key"; a GET or HEAD has no body and needs the first four only
//   parameters  created, expires, nonce, keyid, alg and tag="roadshow-device"; all, and no others
//   alg         "ecdsa-p256-sha256" (raw r ‖ s) or "ed25519"; must be the key's
//   time        |created - now| <= 300 s and created < expires, now <= expires
//   nonce       16 to 64 characters; that it is new is the caller's to check
//
// More header fields may be covered; component parameters and other derived components are refused.
// A request may carry other signatures (a proxy's): the one with our tag counts, and there is one.
// Structured fields (RFC 8941) are read strictly; a repeated key is refused.
//
// Order of work: httpsig_parse() checks everything but the signature and names the key id; the
// caller finds the key; httpsig_verify() checks the signature over the base that was built.
#ifndef ROADSHOW_HTTPSIG_H
#define ROADSHOW_HTTPSIG_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "crypto/keys.h"

#define HTTPSIG_TAG "roadshow-device"
#define HTTPSIG_SKEW_MAX_S 300
#define HTTPSIG_COMPONENTS_MAX 16
#define HTTPSIG_FIELD_LEN_MAX 4096 // of Signature-Input and of Signature
#define HTTPSIG_BASE_LEN_MAX 16384

enum httpsig_result {
	HTTPSIG_OK,
	HTTPSIG_MISSING,     // no Signature-Input or Signature field, or none with our tag
	HTTPSIG_MALFORMED,   // a field breaks RFC 8941, RFC 9421 or this profile's limits
	HTTPSIG_AMBIGUOUS,   // several signatures with our tag
	HTTPSIG_NOT_COVERED, // a required component is not signed
	HTTPSIG_COMPONENT,   // a covered component is unsupported or not in the request
	HTTPSIG_PARAMETER,   // a required parameter is missing, or one is unknown
	HTTPSIG_ALGORITHM,   // alg is unknown or not the key's
	HTTPSIG_TIME,	     // created is too far from now
	HTTPSIG_EXPIRED,
	HTTPSIG_DIGEST,	   // Content-Digest is malformed, lacks sha-256 or does not match the body
	HTTPSIG_SIGNATURE, // the signature does not verify
};

const char *httpsig_result_code(enum httpsig_result r); // "signature_missing", for problem details
const char *httpsig_result_text(enum httpsig_result r); // a sentence for people

// What is signed, as it came over the wire; everything is borrowed.
struct httpsig_request {
	const char *method;    // as sent, upper case
	struct span authority; // Host; case and the scheme's default port do not matter
	bool https;	       // what the client speaks, to us or to the proxy before us
	struct span path;      // raw, not percent-decoded; empty means "/"
	struct span query;     // raw, without "?"; empty when there is none
	struct span body;      // as sent, before any decompression
	// The value of a header field by its lower-case name; lines of the same name joined by ",
	// ". {NULL, 0} when absent.
	struct span (*header)(void *arg, const char *name);
	void *arg;
};

// A signature that was parsed. Spans are borrowed from the request's header fields.
struct httpsig {
	struct span label;
	struct span keyid;
	struct span nonce;
	int64_t created_s;
	int64_t expires_s;
	enum key_type alg;
	uint8_t signature[KEY_SIGNATURE_LEN];
	struct buf base; // the signature base; kept by the caller as evidence
};

// Fills *s; release with httpsig_release() whatever the result.
enum httpsig_result httpsig_parse(
    const struct httpsig_request *req, int64_t now_s, struct httpsig *s) MUST_CHECK;
enum httpsig_result httpsig_verify(const struct httpsig *s, const struct key *k) MUST_CHECK;
void httpsig_release(struct httpsig *s);

// The signer's side. `nonce` and `keyid` are printable ASCII without '"' and '\'.
struct httpsig_params {
	int64_t created_s;
	int64_t expires_s;
	const char *nonce;
	const char *keyid;
	const char *also; // a header field to cover beside the required ones, lower case; or NULL
};

// Appends the values of Signature-Input and Signature (label "device"). The request must already
// have its content-digest, content-type and idempotency-key unless it is a GET or HEAD; false when
// a covered component is missing.
bool httpsig_sign(const struct httpsig_request *req, const struct key *k,
    const struct httpsig_params *p, struct buf *input, struct buf *signature) MUST_CHECK;

// Content-Digest (RFC 9530): appends `sha-256=:…:`.
void httpsig_content_digest(struct buf *out, struct span body);
// Does the field have a sha-256 of this body? Other algorithms beside it are ignored.
bool httpsig_content_digest_matches(struct span field, struct span body) MUST_CHECK;

// Appends the signature base of a list of components and the text of @signature-params, which is
// taken verbatim. What httpsig_parse() and httpsig_sign() use; public for the RFC's test vectors.
enum httpsig_result httpsig_base(struct buf *out, const struct httpsig_request *req,
    const struct span *components, size_t count, struct span params) MUST_CHECK;

#endif
