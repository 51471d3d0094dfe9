// SPDX-License-Identifier: Apache-2.0
//
// Shows: structured fields are read as RFC 8941 says, and what it forbids is refused. A field is
// written out again from what was read, so one table says both what is taken and how.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "crypto/sfv.h"

static void put_item(struct buf *out, const struct sfv_item *i)
{
	static const char kinds[] = {[SFV_INTEGER] = 'i',
	    [SFV_DECIMAL] = 'd',
	    [SFV_STRING] = 's',
	    [SFV_TOKEN] = 't',
	    [SFV_BYTES] = 'b',
	    [SFV_BOOLEAN] = 'o'};

	buf_putc(out, kinds[i->type]);
	if (i->type == SFV_BOOLEAN)
		buf_putc(out, i->boolean ? '1' : '0');
	else if (i->type == SFV_INTEGER)
		buf_printf(out, "%lld", (long long)i->integer);
	else
		buf_put(out, i->text.ptr, i->text.len);
	if (i->escaped)
		buf_putc(out, '!');
}

static void put_params(struct buf *out, struct sfv *p)
{
	struct span name;
	struct sfv_item item;

	while (sfv_param(p, &name, &item)) {
		buf_putc(out, ';');
		buf_put(out, name.ptr, name.len);
		buf_putc(out, '~');
		put_item(out, &item);
	}
}

static void put_value(struct buf *out, struct sfv *p)
{
	struct sfv_item item;

	if (sfv_is_list(p)) {
		if (!sfv_list_open(p))
			return;
		buf_putc(out, '(');
		while (sfv_list_item(p, &item)) {
			buf_putc(out, ' ');
			put_item(out, &item);
			put_params(out, p);
		}
		buf_putc(out, ')');
	} else if (sfv_item(p, &item)) {
		put_item(out, &item);
	}
}

// The dictionary as it was read; false when it is malformed.
static bool read_dictionary(struct buf *out, struct span field)
{
	struct sfv p = sfv_of(field);
	struct span key;
	bool has_value = false;

	while (sfv_member(&p, &key, &has_value)) {
		buf_put(out, key.ptr, key.len);
		buf_putc(out, has_value ? '=' : '!');
		if (has_value)
			put_value(out, &p);
		put_params(out, &p);
		buf_putc(out, '|');
	}
	return sfv_ended(&p);
}

static bool skip_dictionary(struct span field)
{
	struct sfv p = sfv_of(field);
	struct span key;
	bool has_value = false;

	while (sfv_member(&p, &key, &has_value))
		sfv_skip(&p, has_value);
	return sfv_ended(&p);
}

static const struct {
	const char *field;
	const char *read; // NULL: malformed
} cases[] = {
    {"", ""},
    {"  ", ""},
    {"a=1", "a=i1|"},
    {"  a=1  ", "a=i1|"},
    {"a=1,b=2", "a=i1|b=i2|"},
    {"a=1 \t,\t b=2", "a=i1|b=i2|"},
    {"a", "a!|"},
    {"a;x, b", "a!;x~o1|b!|"},
    {"*k_-.*9=?0", "*k_-.*9=o0|"},
    {"a=-999999999999999", "a=i-999999999999999|"},
    {"a=007", "a=i7|"},
    {"a=1.5", "a=d1.5|"},
    {"a=123456789012.123", "a=d123456789012.123|"},
    {"a=\"\"", "a=s|"},
    {"a=\"b c\"", "a=sb c|"},
    {"a=\"q\\\"\\\\\"", "a=sq\\\"\\\\!|"},
    {"a=tok/en:1*", "a=ttok/en:1*|"},
    {"a=*", "a=t*|"},
    {"a=:aGk=:", "a=baGk=|"},
    {"a=::", "a=b|"},
    {"a=()", "a=()|"},
    {"a=( )", "a=()|"},
    {"a=(\"x\" \"y\")", "a=( sx sy)|"},
    {"a=(  1   2  )", "a=( i1 i2)|"},
    {"a=(1;p 2;q=3);r=\"s\";t", "a=( i1;p~o1 i2;q~i3);r~ss;t~o1|"},
    {"a=1; b=2;  c", "a=i1;b~i2;c~o1|"},
    {"sig=(\"@method\");created=1;keyid=\"k\"", "sig=( s@method);created~i1;keyid~sk|"},
    {",", NULL},
    {"a=1,", NULL},
    {"a=1,,b=2", NULL},
    {"a=1 b=2", NULL},
    {"\ta=1", NULL},
    {"A=1", NULL},
    {"1=1", NULL},
    {"a =1", NULL},
    {"a= 1", NULL},
    {"a=", NULL},
    {"=1", NULL},
    {"a=-", NULL},
    {"a=+1", NULL},
    {"a=1000000000000000", NULL},
    {"a=1.", NULL},
    {"a=.5", NULL},
    {"a=1.2345", NULL},
    {"a=1234567890123.1", NULL},
    {"a=1.2.3", NULL},
    {"a=\"", NULL},
    {"a=\"x", NULL},
    {"a=\"x\\", NULL},
    {"a=\"x\\\"", NULL},
    {"a=\"\\n\"", NULL},
    {"a=\"\t\"", NULL},
    {"a=\"\x7f\"", NULL},
    {"a=\"\xc3\xa9\"", NULL},
    {"a=:aGk=", NULL},
    {"a=:aG k=:", NULL},
    {"a=?", NULL},
    {"a=?2", NULL},
    {"a=?true", NULL},
    {"a=(", NULL},
    {"a=(1", NULL},
    {"a=(1 ", NULL},
    {"a=(1 2", NULL},
    {"a=(1\t2)", NULL},
    {"a=(\"x\"\"y\")", NULL},
    {"a=((1))", NULL},
    {"a=(1,2)", NULL},
    {"a=1;", NULL},
    {"a=1;B", NULL},
    {"a=1 ;b", NULL},
    {"a=1;b=", NULL},
    {"a=1;b=(1)", NULL},
    {"a=@x", NULL},
};

static void test_cases(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool good = false;

		buf_clear(&out);
		good = read_dictionary(&out, span_of(cases[i].field));
		if (good != (cases[i].read != NULL) ||
		    (good && strcmp(buf_text(&out), cases[i].read) != 0))
			fail_msg("case %zu: %s: %s", i, cases[i].field, buf_text(&out));
		assert_int_equal(skip_dictionary(span_of(cases[i].field)), good);
	}
	buf_release(&out);
}

static void test_nul_is_no_end(void **state)
{
	(void)state;
	assert_false(skip_dictionary((struct span){"a=1\0", 4}));
	assert_false(skip_dictionary((struct span){"a\0=1", 4}));
	assert_false(skip_dictionary((struct span){"a=\"\0\"", 5}));
	assert_false(skip_dictionary((struct span){"a=(\0)", 5}));
	assert_false(skip_dictionary((struct span){"a=x\0y", 5}));
	assert_true(skip_dictionary((struct span){NULL, 0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_nul_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
