// SPDX-License-Identifier: Apache-2.0
//
// Shows: a log that is in order adds up, and each way of lying is found at the entry where it
// happens.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/entry.c"
#include "../../src/cli/known.c"
#include "../../src/cli/log_audit.c"

#define ID(n) "01900000-0000-7000-8000-0000000000" n
#define HEAD(i, at, kind, subject, prev)                                                           \
	"{\"index\":" i ",\"at\":\"2026-05-01T00:00:0" at ".000000Z\",\"kind\":\"" kind            \
	"\",\"subject\":\"" ID(subject) "\",\"prev\":" prev ",\"data\":"
#define DROP(i, n, kind, tokenized, prev)                                                          \
	HEAD(i, "0", "drop." kind, n, prev) "{\"tokenized\": " tokenized "}}"
#define TOKEN(i, n, kind, drop, serial, prev)                                                      \
	HEAD(i, "0", "token." kind, n, prev)                                                       \
	"{\"drop_id\": \"" ID(drop) "\", \"serial\": " serial ", \"version\": 1}}"
// The token 02, serial 1 of the drop 01, in another version.
#define AGAIN(i, kind, version, prev)                                                              \
	HEAD(i, "0", "token." kind, "02", prev)                                                    \
	"{\"drop_id\": \"" ID("01") "\", \"serial\": 1, \"version\": " version "}}"
#define SHARE(i, was, tokenized, prev)                                                             \
	HEAD(i, "0", "drop.share_changed", "01", prev)                                             \
	"{\"was\": " was ", \"reason\": \"more\", \"tokenized\": " tokenized "}}"

// The entries up to the last are taken; the last is refused with these words, or taken with NULL.
static const struct {
	const char *entries[7];
	const char *wrong;
} cases[] = {
    {{DROP("0", "01", "created", "1", "null"), TOKEN("1", "02", "held", "01", "1", "null"),
	 TOKEN("2", "02", "issued", "01", "1", "1"), TOKEN("3", "02", "redeemed", "01", "1", "2"),
	 TOKEN("4", "02", "redemption_corrected", "01", "1", "3"),
	 TOKEN("5", "02", "redemption_annulled", "01", "1", "4")},
	NULL},
    // what comes back may be given again, under another serial
    {{DROP("0", "01", "created", "1", "null"), TOKEN("1", "02", "held", "01", "1", "null"),
	 TOKEN("2", "02", "expired", "01", "1", "1"), TOKEN("3", "03", "held", "01", "2", "null"),
	 TOKEN("4", "03", "cancelled", "01", "2", "3"),
	 TOKEN("5", "04", "issued", "01", "3", "null")},
	NULL},
    {{DROP("0", "01", "created", "1", "null"), TOKEN("1", "02", "issued", "01", "1", "null"),
	 TOKEN("2", "03", "issued", "01", "2", "null")},
	"entry 2: OVERSOLD: the drop has 2 tokens held, issued or redeemed, of 1"},
    {{DROP("0", "01", "created", "0", "null"), TOKEN("1", "02", "held", "01", "1", "null")},
	"OVERSOLD"},
    // the share may grow, and sink to what is out
    {{DROP("0", "01", "created", "1", "null"), TOKEN("1", "02", "issued", "01", "1", "null"),
	 DROP("2", "01", "changed", "2", "0"), TOKEN("3", "03", "issued", "01", "2", "null"),
	 DROP("4", "01", "changed", "2", "2")},
	NULL},
    {{DROP("0", "01", "created", "2", "null"), TOKEN("1", "02", "issued", "01", "1", "null"),
	 TOKEN("2", "03", "issued", "01", "2", "null"), DROP("3", "01", "changed", "1", "0")},
	"entry 3: OVERSOLD"},
    {{DROP("0", "01", "created", "-1", "null")}, "less than nothing"},
    {{DROP("0", "01", "created", "1", "null"), SHARE("1", "1", "2", "0"),
	 TOKEN("2", "02", "issued", "01", "1", "null"),
	 TOKEN("3", "03", "issued", "01", "2", "null"), SHARE("4", "2", "1", "1")},
	"entry 4: OVERSOLD"},
    {{DROP("0", "01", "created", "1", "null"), SHARE("1", "3", "2", "0")},
	"entry 1: 1 of the drop were tokenized"},
    // resale: what is listed counts; who is sold to has the next version
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "listed", "1", "1"), AGAIN("3", "sold", "1", "2"),
	 AGAIN("4", "transferred", "2", "3"), AGAIN("5", "redeemed", "2", "4")},
	NULL},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "listed", "1", "1"), TOKEN("3", "03", "issued", "01", "2", "null")},
	"entry 3: OVERSOLD"},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "cancelled", "1", "1"), AGAIN("3", "transferred", "2", "2")},
	"has ended before"},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "2", "null")},
	"version is 1 by now"},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "redeemed", "2", "1")},
	"version is 1 by now"},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "transferred", "1", "1")},
	"version is 2 by now"},
    {{DROP("0", "01", "created", "1", "null"), AGAIN("1", "issued", "1", "null"),
	 AGAIN("2", "transferred", "2", "1"), AGAIN("3", "redeemed", "1", "2")},
	"version is 2 by now"},
    {{DROP("0", "01", "created", "5", "null"), TOKEN("1", "02", "issued", "01", "1", "null"),
	 TOKEN("2", "03", "issued", "01", "1", "null")},
	"serial 1 of the drop has another token already"},
    {{DROP("0", "01", "created", "5", "null"), TOKEN("1", "02", "issued", "01", "1", "null"),
	 TOKEN("2", "02", "redeemed", "01", "2", "1")},
	"another drop or serial"},
    {{DROP("0", "01", "created", "5", "null"), TOKEN("1", "02", "held", "01", "1", "null"),
	 TOKEN("2", "02", "expired", "01", "1", "1"), TOKEN("3", "02", "issued", "01", "1", "2")},
	"has ended before"},
    {{TOKEN("0", "02", "issued", "01", "1", "null")}, "a token of no drop"},
    {{DROP("0", "01", "created", "5", "null"), TOKEN("1", "02", "issued", "01", "0", "null")},
	"without a serial"},
    {{HEAD("0", "0", "token.issued", "02", "null") "{}}"}, "names no drop"},
    // order
    {{HEAD("0", "5", "a.b", "01", "null") "{}}", HEAD("1", "5", "a.b", "01", "0") "{}}"}, NULL},
    {{HEAD("0", "5", "a.b", "01", "null") "{}}", HEAD("1", "4", "a.b", "01", "0") "{}}"},
	"entry 1: its time"},
    {{HEAD("1", "0", "a.b", "01", "null") "{}}"}, "entry 0: it says it is entry 1"},
    {{HEAD("0", "0", "a.b", "01", "null") "{}}", HEAD("0", "0", "a.b", "01", "null") "{}}"},
	"entry 1: it says it is entry 0"},
    {{HEAD("0", "0", "a.b", "01", "0") "{}}"}, "`prev`"},
    {{HEAD("0", "0", "a.b", "01", "-1") "{}}"}, "`prev`"},
    {{HEAD("0", "0", "a.b", "01", "null") "{}}", HEAD("1", "0", "a.b", "02", "0") "{}}"}, "`prev`"},
    // shape
    {{""}, "not written"},
    {{"{}"}, "not written"},
    {{"[]"}, "not written"},
    {{"null"}, "not written"},
    {{HEAD("\"0\"", "0", "a.b", "01", "null") "{}}"}, "not written"},
    {{HEAD("0", "0", "a.b", "01", "null") "[]}"}, "not written"},
    {{HEAD("0", "0", "a.b", "01", "null") "{}} x"}, "not written"},
    {{HEAD("0", "0", "a.b", "01", "null") "{\"a\": 1, \"a\": 2}}"}, "not written"},
};

static void test_cases(void **state)
{
	struct buf error;

	(void)state;
	buf_init(&error, 1024);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct audit *a = audit_new();
		const char *const *entry = cases[i].entries;
		bool ok = true;

		buf_clear(&error);
		for (; *entry != NULL && ok; entry++)
			ok = audit_take(a, span_of(*entry), &error);
		if (*entry != NULL || ok != (cases[i].wrong == NULL) ||
		    (!ok && strstr(buf_text(&error), cases[i].wrong) == NULL))
			fail_msg("case %zu: %s", i, buf_text(&error));
		audit_release(a);
	}
	buf_release(&error);
}

static void test_sums(void **state)
{
	struct audit *a = audit_new();
	struct audit_sums s;
	struct buf error, entry;

	(void)state;
	buf_init(&error, 1024);
	buf_init(&entry, 4096);
	assert_true(audit_take(a, span_of(DROP("0", "01", "created", "9000", "null")), &error));
	assert_true(audit_take(a, span_of(DROP("1", "02", "created", "10", "null")), &error));
	for (int i = 0; i < 5000; i++) { // the table grows several times
		buf_clear(&entry);
		buf_printf(&entry,
		    "{\"index\":%d,\"at\":\"2026-05-01T00:00:01.000000Z\",\"kind\":\"token.%s\","
		    "\"subject\":\"01900000-0000-7000-8001-%012d\",\"prev\":%s,"
		    "\"data\":{\"drop_id\":\"" ID("01") "\",\"serial\":%d,\"version\":1}}",
		    i + 2, "issued", i, "null", i + 1);
		assert_true(audit_take(a, (struct span){buf_text(&entry), entry.len}, &error));
	}
	assert_true(
	    audit_take(a, span_of(DROP("5002", "02", "changed", "4", "1")), &error) == false);
	audit_release(a);
	assert_non_null(strstr(buf_text(&error), "its time"));
	a = audit_new();
	buf_clear(&error);
	assert_true(audit_take(a, span_of(DROP("0", "01", "created", "9000", "null")), &error));
	assert_true(audit_take(a, span_of(DROP("1", "01", "changed", "8000", "0")), &error));
	assert_true(audit_take(a, span_of(TOKEN("2", "03", "held", "01", "1", "null")), &error));
	assert_true(audit_take(a, span_of(TOKEN("3", "04", "held", "01", "2", "null")), &error));
	assert_true(audit_take(a, span_of(TOKEN("4", "04", "expired", "01", "2", "3")), &error));
	s = audit_sums(a);
	assert_int_equal(s.entries, 5);
	assert_int_equal(s.drops, 1);
	assert_int_equal(s.tokens, 2);
	assert_int_equal(s.live, 1);
	assert_int_equal(s.tokenized, 8000);
	assert_string_equal(s.first_at, "2026-05-01T00:00:00.000000Z");
	audit_release(a);
	buf_release(&entry);
	buf_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_sums),
	};

	crypto_init();
	return cmocka_run_group_tests_name("log_audit", tests, NULL, NULL);
}
