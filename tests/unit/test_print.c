// SPDX-License-Identifier: Apache-2.0
//
// Pick lists on paper: everything that somebody else wrote is escaped, cancelled shipments and shorts are
// left out, the style's hash is the only one allowed; in CSV quotes are doubled and formulas stay text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../src/media/qr.c"
#include "../../src/picking/print.c"

#define ID "01900000-0000-7000-8000-000000000001"
#define LIST                                                                                       \
	"{\"id\": \"" ID "\", \"state\": \"claimed\", \"cut_off_at\": "                            \
	"\"2026-05-01T12:00:00.000000Z\", \"ready_at\": null, \"lines\": ["                        \
	"{\"sku\": \"A\", \"title\": \"<b>\\\"T\\\" & co\", \"bin\": \"=1+1\", \"quantity\": 5, "  \
	"\"short\": 1}, {\"sku\": \"B\", \"title\": \"B\", \"bin\": null, \"quantity\": 1, "       \
	"\"short\": 0}], \"orders\": [{\"order_id\": \"" ID "\", \"service\": \"standard\", "      \
	"\"state\": \"picking\", \"promise_at\": \"2026-05-01T14:00:00.000000Z\", \"lines\": ["    \
	"{\"sku\": \"A\", \"quantity\": 5, \"short\": 1}, {\"sku\": \"B\", \"quantity\": 1, "      \
	"\"short\": 1}]}, {\"order_id\": \"gone\", \"service\": \"standard\", \"state\": "         \
	"\"cancelled\", \"promise_at\": null, \"lines\": []}]}"

static char *made(void (*put)(struct buf *out, const struct json *list), const char *text)
{
	struct arena a;
	struct buf out;
	char error[128], *copy;

	arena_init(&a, 1 << 20);
	buf_init(&out, PRINT_BYTES_MAX);
	struct json *list = json_parse(&a, text, strlen(text), error, sizeof(error));

	assert_non_null(list);
	put(&out, list);
	assert_false(out.failed);
	copy = strdup(buf_text(&out));
	buf_release(&out);
	arena_release(&a);
	return copy;
}

static void test_html(void **state)
{
	(void)state;
	char *html = made(print_html, LIST);

	assert_non_null(strstr(html, "&lt;b&gt;&quot;T&quot; &amp; co"));
	assert_null(strstr(html, "<b>"));
	assert_non_null(strstr(html, "<td class=\"n\">4<td class=\"box\">"));
	assert_non_null(strstr(html, "cut-off 2026-05-01 12:00 UTC"));
	assert_non_null(strstr(html, "<div class=\"qr\"><svg "));
	assert_null(strstr(html, "gone"));
	free(html);
	html = made(print_html, "{}"); // nothing of it is there: still a page
	assert_non_null(strstr(html, "</html>"));
	free(html);
}

static void test_policy(void **state)
{
	(void)state;
	struct buf out;

	buf_init(&out, 256);
	print_policy(&out);
	assert_false(out.failed);
	assert_non_null(strstr(buf_text(&out), "default-src 'none'; style-src 'sha256-"));
	buf_release(&out);
}

static void test_csv(void **state)
{
	(void)state;
	char *csv = made(print_csv, LIST);

	assert_string_equal(csv,
	    "picklist_id,order_id,service,promise_at,bin,sku,title,units\r\n"
	    "\"" ID "\",\"" ID "\",\"standard\",\"2026-05-01T14:00:00.000000Z\",\"'=1+1\",\"A\","
	    "\"<b>\"\"T\"\" & co\",4\r\n");
	free(csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_html), cmocka_unit_test(test_policy), cmocka_unit_test(test_csv)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
