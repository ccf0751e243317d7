/* SPDX-License-Identifier: MIT */
/*
 * The table of mounts as proc_pid_mountinfo(5) tells it, and what differs between two
 * readings. A table owns its text and its entries, whose strings lie in the text; changes
 * borrow theirs from the two tables that were compared. It never asks the kernel for more
 * than that one file and never decides what a change means.
 */
#ifndef IW_SOURCE_MOUNTINFO_H
#define IW_SOURCE_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"

struct iw_mount {
	int id; /* unique among the mounts that exist */
	int parent;
	const char *device; /* "major:minor" */
	const char *root;   /* the directory of the file system that is mounted */
	const char *point;  /* absolute; octal escapes are undone */
	const char *type;
	const char *options; /* of the file system, "rw,lowerdir=…" */
	bool is_read_only;   /* the mount or its file system */
};

struct iw_mount_table {
	struct iw_buffer text;
	struct iw_mount *items; /* in the order of their ids */
	size_t len;
	size_t cap;
};

#define IW_MOUNT_TABLE_INIT ((struct iw_mount_table){0})

void iw_mount_table_done(struct iw_mount_table *table);

/* Takes the place of what the table held. Returns 0, -ENOMEM, or -errno of read(2). */
IW_MUST_CHECK int iw_mount_table_read(struct iw_mount_table *table, int mountinfo_fd);

/*
 * The same with the whole lines that one read gives: of a small table all, of a large one
 * the beginning.
 */
IW_MUST_CHECK int iw_mount_table_read_some(struct iw_mount_table *table,
					   int mountinfo_fd);

/* Takes apart the text that is there already; for tests. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_mount_table_parse(struct iw_mount_table *table);

/* The mount in which an absolute path without links lies, or NULL. */
const struct iw_mount *iw_mount_table_find(const struct iw_mount_table *table,
					   const char *path);

struct iw_mount_change {
	const char *point;
	bool has_gone;     /* a mount that was there is there no more */
	bool has_come;     /* there is a new one */
	bool is_remounted; /* neither: it turned read-only or writable */
	bool is_read_only; /* since then */
	bool is_told;      /* of the caller */
};

struct iw_mount_changes {
	struct iw_mount_change
		*items; /* in the order of their mount points: parents first */
	size_t len;
	size_t cap;
};

void iw_mount_changes_done(struct iw_mount_changes *changes);

/* Appends what differs between two readings. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_mount_table_compare(const struct iw_mount_table *old_table,
					 const struct iw_mount_table *new_table,
					 struct iw_mount_changes *changes);

/*
 * What path has behind directory: "" if they are the same, "a/b" if it lies below, NULL
 * if neither. Both are absolute.
 */
const char *iw_mount_path_below(const char *path, const char *directory);

#endif
