/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "cli/patterns.h"

#include <errno.h>
#include <pcre2.h>

#include "cli/posix-pattern.h"

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
};

static void regex_free(void *context)
{
	struct regex *regex = context;

	pcre2_match_data_free(regex->match);
	pcre2_code_free(regex->code);
	free(regex);
}

static bool regex_matches(void *context, const char *bytes, size_t len)
{
	const struct regex *regex = context;

	return pcre2_match(regex->code, (PCRE2_SPTR)bytes, len, 0, 0, regex->match,
			   NULL) >= 0;
}

static int complain(const struct iw_pattern_option *pattern, int code, size_t offset,
		    struct iw_buffer *error)
{
	PCRE2_UCHAR reason[256];

	pcre2_get_error_message(code, reason, sizeof(reason));
	int r = iw_buffer_printf(error, "--%s: '%.*s': %s at character %zu",
				 pattern->option, (int)pattern->len, pattern->text,
				 (const char *)reason, offset + 1);
	return r < 0 ? r : -EINVAL;
}

/* Names are bytes: "$" is their very end, "." is any of them, a newline included. */
static int compile(const struct iw_pattern_option *pattern, PCRE2_SPTR text, size_t len,
		   struct iw_pattern *ret_pattern, struct iw_buffer *error)
{
	const uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL |
			       PCRE2_DOLLAR_ENDONLY |
			       (pattern->ignores_case ? PCRE2_CASELESS : 0);
	struct regex *regex = calloc(1, sizeof(*regex));
	PCRE2_SIZE offset;
	int code;

	if (!regex)
		return -ENOMEM;
	regex->code = pcre2_compile(text, len, flags, &code, &offset, NULL);
	if (!regex->code) {
		regex_free(regex);
		return complain(pattern, code, offset, error);
	}
	/* Where memory may not be executable, the interpreter does the same, slower. */
	pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
	regex->match = pcre2_match_data_create_from_pattern(regex->code, NULL);
	if (!regex->match) {
		regex_free(regex);
		return -ENOMEM;
	}
	ret_pattern->matches = regex_matches;
	ret_pattern->free = regex_free;
	ret_pattern->context = regex;
	return 0;
}

/* "*.c" is held against names, "src/" + "*.c" against paths; a final "/": directories. */
static int compile_glob(const struct iw_pattern_option *pattern,
			struct iw_pattern *ret_pattern, struct iw_buffer *error)
{
	PCRE2_UCHAR *regex = NULL;
	PCRE2_SIZE regex_len = 0;
	const char *text = pattern->text;
	size_t len = pattern->len;

	while (len > 1 && text[len - 1] == '/') {
		ret_pattern->is_dir_only = true;
		len--;
	}
	ret_pattern->subject =
		memchr(text, '/', len) ? IW_SUBJECT_BELOW : IW_SUBJECT_NAME;
	while (len > 1 && text[0] == '/') { /* from the root on, as the others are too */
		text++;
		len--;
	}
	int code = pcre2_pattern_convert((PCRE2_SPTR)text, len,
					 PCRE2_CONVERT_GLOB | PCRE2_CONVERT_UTF, &regex,
					 &regex_len, NULL);
	if (code != 0)
		return complain(pattern, code, regex_len, error);
	int r = compile(pattern, regex, regex_len, ret_pattern, error);
	pcre2_converted_pattern_free(regex);
	return r;
}

static bool text_matches(void *context, const char *bytes, size_t len)
{
	const struct iw_text *text = context;

	while (len > 1 && bytes[len - 1] == '/')
		len--;
	return len == text->len && memcmp(bytes, text->bytes, len) == 0;
}

/* @PATH: the same spelling, but for slashes at the end. */
static int make_exact(const struct iw_pattern_option *pattern,
		      struct iw_pattern *ret_pattern)
{
	struct iw_text *text = malloc(sizeof(*text));

	if (!text)
		return -ENOMEM;
	*text = (struct iw_text){pattern->text, pattern->len};
	while (text->len > 1 && text->bytes[text->len - 1] == '/')
		text->len--;
	ret_pattern->matches = text_matches;
	ret_pattern->free = free;
	ret_pattern->context = text;
	return 0;
}

int iw_patterns_compile(const struct iw_pattern_list *list, struct iw_filter *filter,
			struct iw_buffer *error)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct iw_pattern_option *option = &list->items[i];
		struct iw_pattern pattern = {.subject = IW_SUBJECT_FULL};
		int r;

		if (option->is_exact)
			r = make_exact(option, &pattern);
		else if (option->is_posix)
			r = iw_posix_pattern_compile(option, &pattern, error);
		else if (option->is_glob)
			r = compile_glob(option, &pattern, error);
		else
			r = compile(option, (PCRE2_SPTR)option->text, option->len,
				    &pattern, error);
		if (r < 0)
			return r;
		r = iw_filter_add(filter, option->kind, &pattern);
		if (r < 0) {
			pattern.free(pattern.context);
			return r;
		}
		if (option->is_posix && option->kind == IW_FILTER_EXCLUDE)
			r = iw_posix_pattern_add_prune(option, filter);
		if (r < 0)
			return r;
	}
	return 0;
}
