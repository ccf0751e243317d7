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

int iw_filter_option_type(const struct iw_option_value *value)
{
	if (strcmp(value->text, "f") == 0)
		value->options->type = IW_TYPE_FILE;
	else if (strcmp(value->text, "d") == 0)
		value->options->type = IW_TYPE_DIR;
	else
		return iw_option_refuse(value,
					"is neither f (files) nor d (directories)");
	return 0;
}
