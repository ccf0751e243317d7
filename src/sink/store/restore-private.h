/* SPDX-License-Identifier: MIT */
/*
 * Restoring one file: what is in its way, and putting it in its place.
 * A file borrows all but its temporary one; what is given to a group is the group's.
 * Nothing but the rooms of restore includes this.
 */
#ifndef IW_SINK_STORE_RESTORE_PRIVATE_H
#define IW_SINK_STORE_RESTORE_PRIVATE_H

#include <sys/stat.h>

#include "sink/store/restore.h"

/* One file on its way. */
struct iw_restore_file {
	const struct iw_restore_config *config;
	const struct iw_catalog_file *file;
	const struct iw_catalog_version *version;
	int dir_fd;       /* the target's directory */
	const char *name; /* in it */

	bool has_old; /* something is in the way: */
	struct stat old;
	const char *reason; /* why it is left, or failed; NULL: by its errno */

	/* The copy, until it is whole and has its name: */
	char temporary[sizeof(IW_RESTORE_TEMPORARY) + 24]; /* "": none */
	int number;    /* tells it from others in its directory */
	int fd;        /* locked: somebody is at work; or -1 */
	bool is_sound; /* it has the checksum of its version */
};

/*
 * Looks at what is in the way. Returns IW_RESTORE_DONE if the version may take its place,
 * IW_RESTORE_UNCHANGED, IW_RESTORE_LEFT (with a reason), or -errno.
 */
IW_MUST_CHECK int iw_restore_look(struct iw_restore_file *restore);

/*
 * Makes the copy. Returns IW_RESTORE_DONE if it waits, not synced, for
 * iw_restore_place(), or if it is a link, which has its place at once; IW_RESTORE_LEFT,
 * IW_RESTORE_DAMAGED, or -errno: -ENOSPC, … and there is no copy.
 */
IW_MUST_CHECK int iw_restore_prepare(struct iw_restore_file *restore);

/*
 * Puts the copy in its place. Returns IW_RESTORE_DONE, IW_RESTORE_LEFT if something has
 * come in its way meanwhile, IW_RESTORE_DAMAGED if it was forced, or -errno. The copy is
 * gone in any case.
 */
IW_MUST_CHECK int iw_restore_place(struct iw_restore_file *restore);

/* Takes away the copy. */
void iw_restore_drop(struct iw_restore_file *restore);

/* Takes away what an earlier run had to leave in a directory. */
void iw_restore_clean(int dir_fd);

/* ---- restore-group.c ---- */

/* What became of one path, or will have when its group is over. */
struct iw_restore_entry {
	struct iw_restore_file file; /* with its directory, or the directory itself */
	char *name;                  /* of the file */
	char *path;
	int64_t version_ns;
	int what;      /* or -errno */
	int error;     /* told beside what */
	int source_fd; /* what a directory gets its mode, times, … from; or -1 */
	bool is_directory;
};

enum { IW_RESTORE_GROUP = 128 };

/* Paths that become durable together, and are told then, in their order. */
struct iw_restore_group {
	const struct iw_restore_config *config;
	struct iw_restore_entry *entries;
	size_t len;
	size_t most;    /* by how many files may be open */
	size_t waiting; /* copies */
	uint64_t bytes; /* of them */
	int sync_fd;    /* from before the first change of the group, or -1 */
	dev_t dev;      /* all that is open lies on it */
};

/* Returns 0 or -ENOMEM; iw_restore_group_done() is due in any case. */
IW_MUST_CHECK int iw_restore_group_init(struct iw_restore_group *group,
					const struct iw_restore_config *config);
void iw_restore_group_done(struct iw_restore_group *group);

/* Before anything is made in a directory: begins a group, or another one. */
void iw_restore_group_enter(struct iw_restore_group *group, int dir_fd);

/* Adds what became of a file, with its directory and copy. Returns 0 or -ENOMEM; they are
 * the group's or gone in any case. */
IW_MUST_CHECK int iw_restore_group_add(struct iw_restore_group *group,
				       struct iw_restore_file *file, int what,
				       const char *path);

/*
 * Adds a directory in which nothing more is made; it gets what source_fd has, if that is
 * not -1. Both descriptors are the group's or closed. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_restore_group_add_directory(struct iw_restore_group *group, int fd,
						 int source_fd, const char *path);

/* Adds what is known already. Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_restore_group_report(struct iw_restore_group *group,
					  const struct iw_restore_report *report);

/* What waits takes its place, is made durable and told. */
void iw_restore_group_commit(struct iw_restore_group *group);

#endif
