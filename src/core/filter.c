/* SPDX-License-Identifier: MIT */
#include "core/filter.h"

#include <errno.h>

struct pattern_list {
	struct iw_pattern *items;
	size_t len;
};

struct iw_filter {
	struct pattern_list lists[IW_FILTER_KIND_COUNT];
	enum iw_filter_type type;
	bool is_strict; /* not everything is shown */
};

int iw_filter_new(struct iw_filter **ret_filter)
{
	struct iw_filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return -ENOMEM;
	*ret_filter = filter;
	return 0;
}

void iw_filter_free(struct iw_filter *filter)
{
	if (!filter)
		return;
	for (size_t kind = 0; kind < IW_FILTER_KIND_COUNT; kind++) {
		struct pattern_list *list = &filter->lists[kind];

		for (size_t i = 0; i < list->len; i++) {
			if (list->items[i].free)
				list->items[i].free(list->items[i].context);
		}
		free(list->items);
	}
	free(filter);
}

int iw_filter_add(struct iw_filter *filter, enum iw_filter_kind kind,
		  const struct iw_pattern *pattern)
{
	struct pattern_list *list = &filter->lists[kind];
	struct iw_pattern *items =
		reallocarray(list->items, list->len + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	filter->is_strict = true;
	items[list->len++] = *pattern;
	return 0;
}

void iw_filter_set_type(struct iw_filter *filter, enum iw_filter_type type)
{
	filter->type = type;
	filter->is_strict |= type != IW_TYPE_ANY;
}

bool iw_filter_is_empty(const struct iw_filter *filter)
{
	return !filter || !filter->is_strict;
}

/* The last component, also of a directory's own path "d/sub/" and of a root. */
static const char *last_component(const struct iw_path *path, size_t *ret_len)
{
	const char *end = path->bytes + path->len;

	if (path->name_len) {
		*ret_len = path->name_len;
		return end - path->name_len;
	}
	while (end > path->bytes && end[-1] == '/')
		end--;
	const char *start = end;
	while (start > path->bytes && start[-1] != '/')
		start--;
	*ret_len = (size_t)(end - start);
	return start;
}

static bool matches(const struct iw_pattern *pattern, const struct iw_path *path,
		    bool is_dir)
{
	const char *bytes = path->bytes;
	size_t len = path->len;

	if (pattern->is_dir_only && !is_dir)
		return false;
	if (pattern->subject == IW_SUBJECT_NAME)
		bytes = last_component(path, &len);
	else if (pattern->subject == IW_SUBJECT_BELOW)
		bytes = iw_path_below_root(path, &len);
	return pattern->matches(pattern->context, bytes, len);
}

static bool any_matches(const struct pattern_list *list, const struct iw_path *path,
			bool is_dir)
{
	for (size_t i = 0; i < list->len; i++) {
		if (matches(&list->items[i], path, is_dir))
			return true;
	}
	return false;
}

/* What the user named is never ignored, "d" as well as its "d/". */
static bool any_below_matches(const struct pattern_list *list, const struct iw_path *path,
			      bool is_dir)
{
	size_t below_len;

	if (list->len == 0)
		return false;
	iw_path_below_root(path, &below_len);
	return below_len > 0 && any_matches(list, path, is_dir);
}

bool iw_filter_prunes(const struct iw_filter *filter, const struct iw_path *path,
		      bool is_dir)
{
	if (iw_filter_is_empty(filter))
		return false;
	return any_below_matches(&filter->lists[IW_FILTER_IGNORE], path, is_dir) ||
	       any_below_matches(&filter->lists[IW_FILTER_PRUNE], path, is_dir);
}

bool iw_filter_has_ignores(const struct iw_filter *filter)
{
	return filter && (filter->lists[IW_FILTER_IGNORE].len > 0 ||
			  filter->lists[IW_FILTER_PRUNE].len > 0);
}

bool iw_filter_shows(const struct iw_filter *filter, const struct iw_path *path,
		     bool is_dir)
{
	if (iw_filter_is_empty(filter))
		return true;
	const struct pattern_list *lists = filter->lists;

	if (filter->type == IW_TYPE_DIR && !is_dir)
		return false;
	if (filter->type == IW_TYPE_FILE && is_dir)
		return false;
	if (any_matches(&lists[IW_FILTER_EXCLUDE], path, is_dir) ||
	    any_below_matches(&lists[IW_FILTER_IGNORE], path, is_dir))
		return false;
	if (lists[IW_FILTER_INCLUDE].len &&
	    !any_matches(&lists[IW_FILTER_INCLUDE], path, is_dir))
		return false;
	return !lists[IW_FILTER_GLOB].len ||
	       any_matches(&lists[IW_FILTER_GLOB], path, is_dir);
}
