/* SPDX-License-Identifier: MIT */
/*
 * Which paths are shown, and which are not even watched.
 * The filter owns the patterns that were added; what a pattern is (regular expression,
 * glob, exact path) only its maker knows: here it is a function that says yes or no.
 * It never blinds the watch tree: hiding is for records, only pruning stops descent.
 */
#ifndef IW_CORE_FILTER_H
#define IW_CORE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "core/record.h"

/* What a pattern is held against. */
enum iw_filter_subject {
	IW_SUBJECT_FULL,  /* %w%f, as inotifywait's --exclude */
	IW_SUBJECT_NAME,  /* the last component */
	IW_SUBJECT_BELOW, /* the path below the root, without a slash at its end */
};

enum iw_filter_kind {
	IW_FILTER_EXCLUDE, /* a match hides, whatever else matches */
	IW_FILTER_INCLUDE, /* with one or more of these, only what one matches is shown */
	IW_FILTER_GLOB,    /* the same for globs: one of them must match too */
	IW_FILTER_IGNORE,  /* a match hides and prunes: it is not entered */
	IW_FILTER_PRUNE,   /* a match is not entered, but shown */
	IW_FILTER_KIND_COUNT
};

struct iw_pattern {
	bool (*matches)(void *context, const char *bytes, size_t len);
	void (*free)(void *context); /* NULL: nothing to free */
	void *context;
	enum iw_filter_subject subject;
	bool is_dir_only; /* matches directories only */
};

enum iw_filter_type { IW_TYPE_ANY, IW_TYPE_DIR, IW_TYPE_FILE };

struct iw_filter;

IW_MUST_CHECK int iw_filter_new(struct iw_filter **ret_filter);
void iw_filter_free(struct iw_filter *filter);

/* Adds a pattern, which the filter owns from now on. Returns 0 or -ENOMEM (not owned). */
IW_MUST_CHECK int iw_filter_add(struct iw_filter *filter, enum iw_filter_kind kind,
				const struct iw_pattern *pattern);

/* Shows only directories, or only what is none. */
void iw_filter_set_type(struct iw_filter *filter, enum iw_filter_type type);

/* True if it shows all and prunes nothing. */
bool iw_filter_is_empty(const struct iw_filter *filter);

/* True if records about this path are shown. A NULL filter shows all. */
bool iw_filter_shows(const struct iw_filter *filter, const struct iw_path *path,
		     bool is_dir);

/* True if this path is never entered. A NULL filter prunes nothing. */
bool iw_filter_prunes(const struct iw_filter *filter, const struct iw_path *path,
		      bool is_dir);

/* True if something may be pruned, so that a directory's new place must be judged anew.
 */
bool iw_filter_has_ignores(const struct iw_filter *filter);

#endif
