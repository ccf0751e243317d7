/* SPDX-License-Identifier: MIT */
#include "cli/posix-pattern.h"

#include <errno.h>
#include <regex.h>
#include <string.h>

static void posix_free(void *context)
{
	regfree(context);
	free(context);
}

/* Paths have a length and no NUL behind them. */
static bool posix_matches(void *context, const char *bytes, size_t len)
{
	regmatch_t range = {.rm_so = 0, .rm_eo = (regoff_t)len};

#ifdef __SANITIZE_ADDRESS__
	/* It looks for a NUL whatever is asked for. */
	IW_AUTO_BUFFER struct iw_buffer copy = IW_BUFFER_INIT;
	if (iw_buffer_append(&copy, bytes, len) < 0 || iw_buffer_terminate(&copy) < 0)
		return false;
	bytes = copy.data;
#endif
	return regexec(context, bytes, 0, &range, REG_STARTEND) == 0;
}

static bool matches_as_directory(void *context, const char *bytes, size_t len)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;

	/* Without memory a directory is watched in vain. */
	return iw_buffer_append(&path, bytes, len) == 0 &&
	       iw_buffer_append_char(&path, '/') == 0 &&
	       posix_matches(context, path.data, path.len);
}

/* Returns NULL and a code of regcomp(3), REG_ESPACE for no memory. */
static regex_t *new_regex(const struct iw_pattern_option *option, int *ret_code)
{
	const int flags =
		REG_EXTENDED | REG_NOSUB | (option->ignores_case ? REG_ICASE : 0);
	regex_t *regex = malloc(sizeof(*regex));

	*ret_code = regex ? regcomp(regex, option->text, flags) : REG_ESPACE;
	if (*ret_code == 0)
		return regex;
	free(regex);
	return NULL;
}

int iw_posix_pattern_compile(const struct iw_pattern_option *option,
			     struct iw_pattern *ret_pattern, struct iw_buffer *error)
{
	const char *kind = option->kind == IW_FILTER_EXCLUDE ? "exclude" : "include";
	int code;
	regex_t *regex = new_regex(option, &code);

	if (code == REG_ESPACE)
		return -ENOMEM;
	if (!regex) {
		int r = iw_buffer_printf(error, "Error in `%s' regular expression.",
					 kind);
		return r < 0 ? r : -EINVAL;
	}
	*ret_pattern = (struct iw_pattern){
		.subject = IW_SUBJECT_FULL,
		.matches = posix_matches,
		.free = posix_free,
		.context = regex,
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
	struct iw_pattern pattern = {
		.subject = IW_SUBJECT_FULL,
		.matches = matches_as_directory,
		.free = posix_free,
		.is_dir_only = true,
	};
	int code;

	if (!is_open_ended(option->text))
		return 0;
	pattern.context = new_regex(option, &code);
	if (!pattern.context)
		return -ENOMEM; /* it is valid */
	int r = iw_filter_add(filter, IW_FILTER_PRUNE, &pattern);
	if (r < 0)
		posix_free(pattern.context);
	return r;
}
