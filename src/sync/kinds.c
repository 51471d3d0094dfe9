// SPDX-License-Identifier: Apache-2.0
//
// The kinds in one table. Each writes the members that the database needs and returns NULL, or what is
// wrong, in words for the device's developer. Text that may name people (notes, incidents, who ticked an
// item) goes into the event's row and nowhere else: never into the ledger, never into logs. What a consent
// says is encrypted, and opened by the reader's own function.
#include "sync/kinds.h"

#include <stdio.h>
#include <string.h>

#include "base/ids.h"
#include "crypto/digest.h"
#include "crypto/jws.h"

#define AMOUNT_MAX INT64_C(1000000000000)
#define QUANTITY_MAX 1000
#define STOCK_MAX 1000000
#define NAME_BYTES_MAX 64
#define REFERENCE_BYTES_MAX 128
#define TEXT_BYTES_MAX 2000

struct writer {
	const struct kind_reader *reader;
	struct arena *scratch;
	struct json_out *out;
	const char *code; // of what is wrong
};

// ---- members ------------------------------------------------------------------------------------

static bool is_text(struct span s, size_t min, size_t max)
{
	if (s.ptr == NULL || s.len < min || s.len > max)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
			return false;
	return true;
}

bool kind_is_word(struct span s)
{
	if (!is_text(s, 1, 32))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') &&
		    !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && s.ptr[i] != '_')
			return false;
	return true;
}

static bool is_absent(const struct json *v)
{
	return v == NULL || v->type == JSON_NULL;
}

bool kind_get_int(
    const struct json *object, const char *key, int64_t min, int64_t max, int64_t *out)
{
	const struct json *v = json_get(object, key);

	if (v == NULL || v->type != JSON_INT || v->integer < min || v->integer > max)
		return false;
	*out = v->integer;
	return true;
}

// The optional members below are copied when they are there; false: there, but not as they must be.
static bool put_text(struct writer *w, const struct json *e, const char *key, size_t max)
{
	const struct json *v = json_get(e, key);

	if (is_absent(v))
		return true;
	if (v->type != JSON_STRING || !is_text(v->text, 1, max))
		return false;
	json_key(w->out, key);
	json_put_span(w->out, v->text);
	return true;
}

static bool put_int(struct writer *w, const struct json *e, const char *key, int64_t max)
{
	int64_t n = 0;

	if (is_absent(json_get(e, key)))
		return true;
	if (!kind_get_int(e, key, 0, max, &n))
		return false;
	json_kv_int(w->out, key, n);
	return true;
}

static bool put_uuid(struct writer *w, const struct json *e, const char *key)
{
	const struct json *v = json_get(e, key);
	struct uuid id;

	if (is_absent(v))
		return true;
	if (v->type != JSON_STRING || !uuid_parse(v->text, &id))
		return false;
	json_kv_uuid(w->out, key, &id);
	return true;
}

// The same for members that must be there.
static bool need_text(struct writer *w, const struct json *e, const char *key, size_t max)
{
	return !is_absent(json_get(e, key)) && put_text(w, e, key, max);
}

static bool need_word(struct writer *w, const struct json *e, const char *key)
{
	return kind_is_word(json_get_text(e, key)) && put_text(w, e, key, 32);
}

static bool need_int(
    struct writer *w, const struct json *e, const char *key, int64_t min, int64_t max)
{
	int64_t n = 0;

	if (!kind_get_int(e, key, min, max, &n))
		return false;
	json_kv_int(w->out, key, n);
	return true;
}

// One of a few words; `choices` ends with NULL.
static bool need_choice(
    struct writer *w, const struct json *e, const char *key, const char *const *choices)
{
	struct span s = json_get_text(e, key);

	for (; *choices != NULL; choices++)
		if (span_eq(s, *choices))
			return put_text(w, e, key, 32);
	return false;
}

// {"amount", "currency"} of `money` as members of the open object.
static bool need_money(struct writer *w, const struct json *money)
{
	struct span currency;

	if (money == NULL || money->type != JSON_OBJECT ||
	    !need_int(w, money, "amount", 0, AMOUNT_MAX))
		return false;
	currency = json_get_text(money, "currency");
	if (currency.ptr == NULL || currency.len != 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (currency.ptr[i] < 'A' || currency.ptr[i] > 'Z')
			return false;
	return put_text(w, money, "currency", 3);
}

// ---- scans --------------------------------------------------------------------------------------

static void put_signed_token(struct writer *w, struct span text)
{
	struct digest shown = digest_sha256(text.ptr, text.len);
	struct token_claims claims;
	char name[DIGEST_TEXT_LEN + 1];

	digest_text(&shown, name);
	json_kv_text(w->out, "shown", name);
	if (token_parse(w->scratch, text, w->reader->tokens, &claims) != JWS_OK)
		return; // not genuine: no token_id
	json_kv_uuid(w->out, "token_id", &claims.token);
	json_kv_int(w->out, "version", claims.version);
}

static bool put_known_token(struct writer *w, const struct json *e)
{
	struct span id = json_get_text(e, "token_id");
	struct uuid token;
	int64_t version = 0;
	char text[UUID_TEXT_LEN + 1], shown[UUID_TEXT_LEN + 24];

	if (id.ptr == NULL || !uuid_parse(id, &token) ||
	    !kind_get_int(e, "version", 1, INT32_MAX, &version))
		return false;
	uuid_format(&token, text);
	snprintf(shown, sizeof(shown), "%s:%lld", text, (long long)version);
	json_kv_text(w->out, "shown", shown);
	json_kv_uuid(w->out, "token_id", &token);
	json_kv_int(w->out, "version", version);
	return true;
}

static bool has_token(const struct json *e)
{
	return !is_absent(json_get(e, "token")) || !is_absent(json_get(e, "token_id"));
}

// The signed text as scanned, or the id and version that the device took from its mirror.
static bool put_token(struct writer *w, const struct json *e)
{
	const struct json *token = json_get(e, "token");

	if (is_absent(token))
		return put_known_token(w, e);
	if (token->type != JSON_STRING || !is_text(token->text, 1, JWS_LEN_MAX))
		return false;
	put_signed_token(w, token->text);
	return true;
}

static const char *put_redeem(struct writer *w, const struct json *e)
{
	if (!put_token(w, e))
		return "a redeem has `token`, or `token_id` and `version`";
	if (!put_text(w, e, "gate", NAME_BYTES_MAX) || !put_text(w, e, "outcome", NAME_BYTES_MAX))
		return "`gate` and `outcome` are texts of up to 64 bytes";
	if (!put_int(w, e, "mirror_index", KIND_SEQ_MAX))
		return "`mirror_index` is a ledger index";
	return NULL;
}

static const char *put_reject(struct writer *w, const struct json *e)
{
	if (!need_text(w, e, "reason", NAME_BYTES_MAX))
		return "a reject has a `reason`, a text of up to 64 bytes";
	if (has_token(e) && !put_token(w, e))
		return "`token`, or `token_id` and `version`, are not as they must be";
	if (!put_text(w, e, "gate", NAME_BYTES_MAX))
		return "`gate` is a text of up to 64 bytes";
	return NULL;
}

static const char *put_annul(struct writer *w, const struct json *e)
{
	if (!need_int(w, e, "of", 1, KIND_SEQ_MAX))
		return "an annul has `of`, the seq of the event that it takes back";
	if (!put_text(w, e, "reason", NAME_BYTES_MAX))
		return "`reason` is a text of up to 64 bytes";
	return NULL;
}

// ---- sales and payments -------------------------------------------------------------------------

static const char *put_sale_line(struct writer *w, const struct json *sale, const struct json *line)
{
	const struct json *whose = is_absent(json_get(line, "lease_id")) ? sale : line;

	if (line->type != JSON_OBJECT)
		return "`lines` has objects";
	json_open(w->out, '{');
	if (is_absent(json_get(line, "drop_id")) && is_absent(json_get(line, "sku")))
		return "a line has a `drop_id` or a `sku`";
	if (!put_uuid(w, line, "drop_id") || !put_text(w, line, "sku", NAME_BYTES_MAX) ||
	    !put_uuid(w, whose, "lease_id"))
		return "`drop_id` and `lease_id` are UUIDs, `sku` is a text of up to 64 bytes";
	if (!need_int(w, line, "quantity", 1, QUANTITY_MAX))
		return "a line has a `quantity` of 1 to 1000";
	if (!need_money(w, json_get(line, "price")))
		return "a line has a `price` with `amount` and `currency` (ISO 4217)";
	json_close(w->out, '}');
	return NULL;
}

// `method` and, when told or needed, `reference`.
static const char *put_means(struct writer *w, const struct json *e, bool needs_reference)
{
	const struct json *payment = json_get(e, "payment");

	if (payment == NULL || payment->type != JSON_OBJECT || !need_word(w, payment, "method"))
		return "a `payment` has a `method` of a-z, 0-9 and _";
	if (needs_reference && is_absent(json_get(payment, "reference")))
		return "this `payment` needs its `reference`";
	if (!put_text(w, payment, "reference", REFERENCE_BYTES_MAX))
		return "a payment's `reference` is a text of up to 128 bytes";
	return NULL;
}

static const char *put_sale_payment(struct writer *w, const struct json *sale)
{
	static const char *const states[] = {"captured", "authorised", NULL};
	const struct json *payment = json_get(sale, "payment");
	bool has_state = payment != NULL && !is_absent(json_get(payment, "state"));
	const char *wrong =
	    put_means(w, sale, has_state && span_eq(json_get_text(payment, "state"), "authorised"));

	if (wrong == NULL && has_state && !need_choice(w, payment, "state", states))
		return "a payment's `state` is captured or authorised";
	return wrong;
}

static const char *put_sale(struct writer *w, const struct json *e)
{
	const struct json *lines = json_get(e, "lines");
	const char *wrong = NULL;

	if (lines == NULL || lines->type != JSON_ARRAY || lines->count < 1 ||
	    lines->count > KIND_SALE_LINES_MAX)
		return "a sale has 1 to 50 `lines`";
	json_key(w->out, "lines");
	json_open(w->out, '[');
	for (const struct json *l = lines->child; l != NULL && wrong == NULL; l = l->next)
		wrong = put_sale_line(w, e, l);
	if (wrong != NULL)
		return wrong;
	json_close(w->out, ']');
	return put_sale_payment(w, e);
}

static const char *put_payment(struct writer *w, const struct json *e)
{
	static const char *const outcomes[] = {"captured", "declined", NULL};
	const struct json *amount = json_get(e, "amount");
	const char *wrong = put_means(w, e, true);

	if (wrong != NULL)
		return wrong;
	if (!need_choice(w, e, "outcome", outcomes))
		return "a payment has an `outcome`, captured or declined";
	if (!is_absent(amount) && !need_money(w, amount))
		return "`amount` has `amount` and `currency` (ISO 4217)";
	if (!put_text(w, e, "reason", NAME_BYTES_MAX))
		return "`reason` is a text of up to 64 bytes";
	return NULL;
}

// ---- stock at the venue -------------------------------------------------------------------------

static const char *put_count(struct writer *w, const struct json *e)
{
	if (!need_text(w, e, "sku", NAME_BYTES_MAX) || !need_int(w, e, "quantity", 0, STOCK_MAX))
		return "a count has a `sku` and a `quantity` of 0 to 1000000";
	if (!put_text(w, e, "location", NAME_BYTES_MAX) ||
	    !put_text(w, e, "reason", NAME_BYTES_MAX))
		return "`location` and `reason` are texts of up to 64 bytes";
	return NULL;
}

static const char *put_receive(struct writer *w, const struct json *e)
{
	if (!need_text(w, e, "sku", NAME_BYTES_MAX) || !need_int(w, e, "quantity", 1, STOCK_MAX))
		return "a receive has a `sku` and a `quantity` of 1 to 1000000";
	if (!put_text(w, e, "location", NAME_BYTES_MAX) || !put_text(w, e, "from", NAME_BYTES_MAX))
		return "`location` and `from` are texts of up to 64 bytes";
	return NULL;
}

static const char *put_move(struct writer *w, const struct json *e)
{
	struct span from = json_get_text(e, "from"), to = json_get_text(e, "to");

	if (!need_text(w, e, "sku", NAME_BYTES_MAX) || !need_int(w, e, "quantity", 1, STOCK_MAX))
		return "a move has a `sku` and a `quantity` of 1 to 1000000";
	if (!need_text(w, e, "from", NAME_BYTES_MAX) || !need_text(w, e, "to", NAME_BYTES_MAX))
		return "a move has `from` and `to`, texts of up to 64 bytes";
	if (from.len == to.len && memcmp(from.ptr, to.ptr, from.len) == 0)
		return "a move leads from one location to another";
	return NULL;
}

// ---- the day's operations -----------------------------------------------------------------------

static const char *put_checklist(struct writer *w, const struct json *e)
{
	const struct json *done = json_get(e, "done");

	if (!need_word(w, e, "checklist") || !need_word(w, e, "item"))
		return "a checklist event has a `checklist` and an `item`, words of a-z, 0-9 and _";
	if (done == NULL || done->type != JSON_BOOL)
		return "a checklist event has `done`, true or false";
	json_key(w->out, "done");
	json_put_bool(w->out, done->boolean);
	if (!put_text(w, e, "by", NAME_BYTES_MAX))
		return "`by` is a text of up to 64 bytes";
	return NULL;
}

static const char *put_incident(struct writer *w, const struct json *e)
{
	static const char *const severities[] = {"low", "medium", "high", "critical", NULL};
	static const char *const states[] = {"open", "closed", NULL};

	if (is_absent(json_get(e, "incident")) || !put_uuid(w, e, "incident"))
		return "an incident has an `incident`, a UUID that its first reporter makes";
	if (!need_choice(w, e, "severity", severities) || !need_word(w, e, "category"))
		return "an incident has a `severity` (low, medium, high, critical) and a "
		       "`category`, a word";
	if (!is_absent(json_get(e, "state")) && !need_choice(w, e, "state", states))
		return "`state` is open or closed";
	if (!put_text(w, e, "text", TEXT_BYTES_MAX))
		return "`text` has up to 2000 bytes";
	return NULL;
}

static const char *put_note(struct writer *w, const struct json *e)
{
	if (!need_text(w, e, "text", TEXT_BYTES_MAX))
		return "a note has a `text` of up to 2000 bytes";
	if (!put_uuid(w, e, "token_id") || !put_uuid(w, e, "case_id"))
		return "`token_id` and `case_id` are UUIDs";
	return NULL;
}

static const char *put_consent(struct writer *w, const struct json *e)
{
	struct span jwe = json_get_text(e, "jwe");

	if (jwe.ptr == NULL)
		return "a consent has a `jwe`, a compact JWE";
	return w->reader->open(w->reader, jwe, w->scratch, w->out, &w->code);
}

static const char *put_heartbeat(struct writer *w, const struct json *e)
{
	if (!put_int(w, e, "backlog", INT32_MAX))
		return "`backlog` is the number of events not yet uploaded";
	return NULL;
}

static bool put_total(struct writer *w, const struct json *total)
{
	bool ok;

	if (total->type != JSON_OBJECT)
		return false;
	json_open(w->out, '{');
	ok = need_word(w, total, "method") && need_int(w, total, "sales", 0, INT32_MAX) &&
	     need_money(w, total);
	json_close(w->out, '}');
	return ok;
}

static const char *put_close(struct writer *w, const struct json *e)
{
	const struct json *totals = json_get(e, "totals");

	if (is_absent(totals))
		return NULL;
	if (totals->type != JSON_ARRAY || totals->count > KIND_TOTALS_MAX)
		return "`totals` has up to 50 objects";
	json_key(w->out, "totals");
	json_open(w->out, '[');
	for (const struct json *t = totals->child; t != NULL; t = t->next)
		if (!put_total(w, t))
			return "a total has `method`, `sales`, `amount` and `currency`";
	json_close(w->out, ']');
	return NULL;
}

// ---- the table ----------------------------------------------------------------------------------

struct kind {
	const char *name;
	const char *(*put)(struct writer *w, const struct json *e);
};

static const struct kind kinds[] = {
    {"redeem", put_redeem},
    {"reject", put_reject},
    {"annul", put_annul},
    {"sale", put_sale},
    {"payment", put_payment},
    {"count", put_count},
    {"receive", put_receive},
    {"move", put_move},
    {"checklist", put_checklist},
    {"incident", put_incident},
    {"note", put_note},
    {"consent", put_consent},
    {"heartbeat", put_heartbeat},
    {"close", put_close},
};

const struct kind *kind_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (span_eq(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

const char *kind_put(const struct kind *k, const struct json *event, const struct kind_reader *r,
    struct arena *scratch, struct json_out *w, const char **code)
{
	struct writer writer = {.reader = r, .scratch = scratch, .out = w, .code = "malformed"};
	const char *wrong = k->put(&writer, event);

	*code = writer.code;
	return wrong;
}
