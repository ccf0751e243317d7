/* SPDX-License-Identifier: MIT */
/*
 * A command as the user wrote it, with places for what has changed.
 * The template owns what it made of the arguments; the arguments themselves outlive it.
 * It never pastes a name into text that something interprets: an argument stays one.
 *
 * In any argument, {} is the path, {event} the last word of what happened to it, {old}
 * where a move came from, {dir} the directory of the path, {name} its last component:
 * any of these makes it one run for each path. {+} as an argument of its own is all
 * paths. With none, it is one run for a batch. A further brace before it makes it text:
 * {{} is {}. All else in braces is text anyway. An argument that a value begins never
 * begins with -, which would be an option: it has ./ in front; and the command's own name
 * is a path then, never looked for in $PATH.
 */
#ifndef IW_CORE_TEMPLATE_H
#define IW_CORE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "core/argv.h"
#include "core/batch.h"

enum iw_template_kind {
	IW_TEMPLATE_BATCH, /* one run, which is told no path in its arguments */
	IW_TEMPLATE_ALL,   /* {+}: one run, or more if the paths do not fit */
	IW_TEMPLATE_EACH,  /* a run for each path */
};

struct iw_template;

/*
 * Parses arguments (len at least 1). Returns 0, -ENOMEM, or -EINVAL with a sentence in
 * ret_problem (constant data).
 */
IW_MUST_CHECK int iw_template_new(const char *const *args, size_t len,
				  struct iw_template **ret_template,
				  const char **ret_problem);

/* The same for `sh -c TEXT`, with all paths as its "$@"; nothing in TEXT is replaced. */
IW_MUST_CHECK int iw_template_new_shell(const char *text,
					struct iw_template **ret_template);
void iw_template_free(struct iw_template *template);

enum iw_template_kind iw_template_kind(const struct iw_template *template);

/* True if what is run is a changed path itself. */
bool iw_template_is_name_filled(const struct iw_template *template);

/*
 * Appends the arguments of one run to argv: for the paths from first on (NULL: none), as
 * many as fit into limit_len bytes (iw_argv_size()), but at least one; EACH: the first
 * only; BATCH: all. ret_rest is the first that is not part of it, or NULL.
 * Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_template_expand(const struct iw_template *template,
				     struct iw_change *first, size_t limit_len,
				     struct iw_argv *argv, struct iw_change **ret_rest);

#endif
