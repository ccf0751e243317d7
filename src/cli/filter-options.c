/* SPDX-License-Identifier: MIT */
#include "cli/filter-options.h"

#include <string.h>

static int add_pattern(const struct iw_option_value *value,
		       struct iw_pattern_option pattern)
{
	pattern.option = value->name;
	pattern.text = value->text;
	pattern.len = strlen(value->text);
	return iw_pattern_list_add(&value->options->patterns, &pattern);
}

int iw_filter_option_exclude(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_EXCLUDE});
}

int iw_filter_option_excludei(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_EXCLUDE,
							     .ignores_case = true});
}

int iw_filter_option_include(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_INCLUDE});
}

int iw_filter_option_includei(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_INCLUDE,
							     .ignores_case = true});
}

int iw_filter_option_glob(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_GLOB,
							     .is_glob = true});
}

int iw_filter_option_ignore(const struct iw_option_value *value)
{
	return add_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_IGNORE,
							     .is_glob = true});
}

const char *const iw_filter_type_words[] = {"f", "d", NULL};

int iw_filter_option_type(const struct iw_option_value *value)
{
	static const enum iw_filter_type types[] = {IW_TYPE_FILE, IW_TYPE_DIR};
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		value->options->type = types[at];
	return r;
}
