// SPDX-License-Identifier: Apache-2.0
//
// Holds the key of invitations for the life of the worker. Everything else is the call's.
#include "tokens/invitation.h"

#include <string.h>

#include "auth/person.h"
#include "tokens/claims.h"

extern const struct route invitation_routes[];

#define MAC_LEN 16
#define CONTACTS_MAX 1000
#define INVITATIONS_BYTES_MAX (1 << 20)

static struct digest invitation_key;

void invitation_start(const uint8_t secret[32])
{
	static const char label[] = "roadshow-invitation/v1";

	invitation_key = hmac_sha256(secret, 32, label, sizeof(label) - 1);
}

void invitation_text(const struct uuid *creator, const struct uuid *drop, struct span window,
    const struct digest *buyer_key, char *out)
{
	uint8_t bytes[16 + 16 + DIGEST_LEN + WINDOW_NAME_MAX], room[INVITATION_LEN + 8] = {0};
	struct buf text = {.data = room, .cap = sizeof(room), .bytes_max = sizeof(room) - 1};
	size_t len = window.len < WINDOW_NAME_MAX ? window.len : WINDOW_NAME_MAX;
	struct digest mac;

	memcpy(bytes, creator->b, 16);
	memcpy(bytes + 16, drop->b, 16);
	memcpy(bytes + 32, buyer_key->b, DIGEST_LEN);
	memcpy(bytes + 32 + DIGEST_LEN, window.ptr, len);
	mac = hmac_sha256(invitation_key.b, sizeof(invitation_key.b), bytes, 32 + DIGEST_LEN + len);
	str_base64url(&text, mac.b, MAC_LEN);
	ASSERT(!text.failed && text.len == INVITATION_LEN);
	memcpy(out, room, INVITATION_LEN + 1);
}

bool invitation_is(struct span text, const struct uuid *creator, const struct uuid *drop,
    struct span window, const struct digest *buyer_key)
{
	char made[INVITATION_LEN + 1];

	if (text.len != INVITATION_LEN || window.len > WINDOW_NAME_MAX)
		return false;
	invitation_text(creator, drop, window, buyer_key, made);
	return crypto_equal(text.ptr, made, INVITATION_LEN);
}

// ---- POST /v1/drops/{drop}/windows/{window}/invitations ------------------------------------------

static const struct field contact[] = {{.type = FIELD_OBJECT, .members = person_fields}, {0}};
static const struct field invite_fields[] = {
    {.name = "contacts",
	.type = FIELD_ARRAY,
	.required = true,
	.min = 1,
	.max = CONTACTS_MAX,
	.members = contact},
    {0},
};

// One invitation; false when the call has its problem.
static bool put_invitation(
    struct call *c, struct json_out *w, const struct json *given, const char *at)
{
	struct uuid drop = call_param_uuid(c, "drop");
	const struct person *p = person_of(c, given, at);
	char text[INVITATION_LEN + 1];

	if (p == NULL)
		return false;
	invitation_text(&c->caller.creator, &drop, call_param(c, "window"), &p->buyer_key, text);
	json_open(w, '{');
	json_key(w, "contact");
	json_put_tree(w, given);
	json_kv_text(w, "access", text);
	json_close(w, '}');
	return true;
}

static bool put_invitations(struct call *c, struct json_out *w)
{
	const struct json *list = json_get(c->json, "contacts");
	char at[32];
	int n = 0;

	json_open(w, '{');
	json_key(w, "invitations");
	json_open(w, '[');
	for (const struct json *m = list->child; m != NULL; m = m->next) {
		snprintf(at, sizeof(at), "/contacts/%d", n++);
		if (!put_invitation(c, w, m, at))
			return false;
	}
	json_close(w, ']');
	json_close(w, '}');
	return true;
}

static void render_invitations(struct call *c, const struct db_row *row)
{
	struct buf out;
	struct json_out w;

	(void)row; // that there is such a window is all that was asked
	buf_init(&out, INVITATIONS_BYTES_MAX);
	w = json_to(&out);
	if (put_invitations(c, &w)) {
		ASSERT(!out.failed); // at most 1,000 contacts of well below 1,000 bytes
		call_set_header(c, "cache-control", "no-store");
		call_answer_json(c, 200, (struct span){buf_text(&out), out.len});
	}
	buf_release(&out);
}

static const struct db_statement window_invite = COMMAND(window_invite);

const struct route invitation_routes[] = {
    {.method = POST, // contacts must not stand in an address; it changes nothing
	.path = "/v1/drops/{drop}/windows/{window:text}/invitations",
	.roles = ROLES(ROLE_CREATOR),
	.flags = ROUTE_NO_IDEMPOTENCY,
	.body = invite_fields,
	.statement = &window_invite,
	.render = render_invitations},
    {0},
};
