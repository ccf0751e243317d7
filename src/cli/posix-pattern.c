/* SPDX-License-Identifier: MIT */
#include "cli/posix-pattern.h"

#include <errno.h>
#include <regex.h>
#include <string.h>

struct posix {
	regex_t regex;
	struct iw_buffer path; /* what is looked at, with the NUL that regexec(3) needs */
	bool is_prune;
};

static void posix_free(void *context)
{
	struct posix *posix = context;

	regfree(&posix->regex);
	iw_buffer_done(&posix->path);
	free(posix);
}

/* Without memory nothing matches. */
static bool posix_matches(void *context, const char *bytes, size_t len)
{
	struct posix *posix = context;

	iw_buffer_clear(&posix->path);
	return iw_buffer_append(&posix->path, bytes, len) == 0 &&
	       (!posix->is_prune || iw_buffer_append_char(&posix->path, '/') == 0) &&
	       iw_buffer_terminate(&posix->path) == 0 &&
	       regexec(&posix->regex, posix->path.data, 0, NULL, 0) == 0;
}

/* Returns NULL and a code of regcomp(3), REG_ESPACE for no memory. */
static struct posix *new_posix(const struct iw_pattern_option *option, int *ret_code)
{
	const int flags =
		REG_EXTENDED | REG_NOSUB | (option->ignores_case ? REG_ICASE : 0);
	struct posix *posix = calloc(1, sizeof(*posix));

	*ret_code = posix ? regcomp(&posix->regex, option->text, flags) : REG_ESPACE;
	if (*ret_code == 0)
		return posix;
	free(posix);
	return NULL;
}

int iw_posix_pattern_compile(const struct iw_pattern_option *option,
			     struct iw_pattern *ret_pattern, struct iw_buffer *error)
{
	const char *kind = option->kind == IW_FILTER_EXCLUDE ? "exclude" : "include";
	int code;
	struct posix *posix = new_posix(option, &code);

	if (code == REG_ESPACE)
		return -ENOMEM;
	if (!posix) {
		int r = iw_buffer_printf(error, "Error in `%s' regular expression.",
					 kind);
		return r < 0 ? r : -EINVAL;
	}
	*ret_pattern = (struct iw_pattern){
		.subject = IW_SUBJECT_FULL,
		.matches = posix_matches,
		.free = posix_free,
		.context = posix,
	};
	return 0;
}

/*
 * True if a match stays one whatever is appended: nothing looks at the end or, as a
 * word's border does, at the character behind. An escaped "$" is taken for one that does.
 */
static bool is_open_ended(const char *text)
{
	for (; *text; text++) {
		if (*text == '$' ||
		    (*text == '\\' && text[1] && strchr("'`<>bB", text[1])))
			return false;
	}
	return true;
}

int iw_posix_pattern_add_prune(const struct iw_pattern_option *option,
			       struct iw_filter *filter)
{
	int code;

	if (!is_open_ended(option->text))
		return 0;
	struct posix *posix = new_posix(option, &code);
	if (!posix)
		return -ENOMEM; /* it is valid */
	posix->is_prune = true;
	const struct iw_pattern pattern = {
		.subject = IW_SUBJECT_FULL,
		.matches = posix_matches,
		.free = posix_free,
		.context = posix,
		.is_dir_only = true,
	};
	int r = iw_filter_add(filter, IW_FILTER_PRUNE, &pattern);
	if (r < 0)
		posix_free(posix);
	return r;
}
