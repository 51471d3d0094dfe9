// SPDX-License-Identifier: Apache-2.0
//
// Renders problem details.
#include "http/problem.h"

#include <stdio.h>

#include "json/json.h"

const char *problem_title(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {{400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
	    {404, "Not Found"}, {405, "Method Not Allowed"}, {408, "Request Timeout"},
	    {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
	    {412, "Precondition Failed"}, {413, "Content Too Large"}, {414, "URI Too Long"},
	    {415, "Unsupported Media Type"}, {421, "Misdirected Request"},
	    {422, "Unprocessable Content"}, {428, "Precondition Required"},
	    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"}, {501, "Not Implemented"}, {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

static void render_error(
    struct json_out *w, const char *pointer, const char *code, const char *detail)
{
	json_open(w, '{');
	json_kv_text(w, "pointer", pointer);
	json_kv_text(w, "code", code);
	json_kv_text(w, "detail", detail);
	json_close(w, '}');
}

static void render_errors(struct json_out *w, const struct problem *p)
{
	json_key(w, "errors");
	json_open(w, '[');
	if (p->errors != NULL)
		for (size_t i = 0; i < p->errors->count; i++)
			render_error(w, p->errors->list[i].pointer, p->errors->list[i].code,
			    p->errors->list[i].detail);
	else
		render_error(w, p->pointer, p->code, p->detail);
	json_close(w, ']');
}

void problem_render(struct buf *out, const struct problem *p, const struct uuid *request)
{
	struct json_out w = json_to(out);
	char text[80];

	json_open(&w, '{');
	snprintf(text, sizeof(text), "/problems/%s", p->code);
	json_kv_text(&w, "type", text);
	json_kv_text(&w, "title", problem_title(p->status));
	json_kv_int(&w, "status", p->status);
	json_kv_text(&w, "code", p->code);
	json_kv_text(&w, "detail", p->detail);
	snprintf(text, sizeof(text), "urn:uuid:");
	uuid_format(request, text + 9);
	json_kv_text(&w, "instance", text);
	if (p->errors != NULL || (p->pointer != NULL && p->pointer[0] != '\0'))
		render_errors(&w, p);
	json_close(&w, '}');
}
