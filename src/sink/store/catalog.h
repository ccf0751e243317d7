/* SPDX-License-Identifier: MIT */
/*
 * Reads a store: which files it has, and which versions of each.
 * The walk owns all that it shows; visitors borrow it until they return.
 * It never writes, never follows a symbolic link, and believes no name: what does not fit
 * the layout is told as a problem and left alone.
 */
#ifndef IW_SINK_STORE_CATALOG_H
#define IW_SINK_STORE_CATALOG_H

#include <sys/types.h>

#include "sink/store/layout.h"

struct iw_catalog_version {
	int64_t time_ns; /* when it was stored, or found deleted */
	bool is_deleted; /* nothing is there from that time on */
	bool is_current; /* it lies in current/ (perhaps as an older one too) */
	bool is_guessed; /* the store does not know the newest version's time */
	mode_t mode;     /* a regular file, or a symbolic link */
	int64_t size;
	dev_t dev;
	ino_t ino;
};

/* A file that the store has, or once had. */
struct iw_catalog_file {
	const char *path;                          /* the source's absolute path */
	const char *store_name;                    /* the last component in the store */
	const struct iw_catalog_version *versions; /* sorted by time, the newest last */
	size_t versions_len;
	int current_fd;  /* the directory in current/ that holds it, or -1 */
	int versions_fd; /* versions/PATH, or -1 */
};

/* A directory, told before what is in it (is_done is false) and behind that. */
struct iw_catalog_directory {
	const char *path; /* the source's absolute path */
	int current_fd;   /* itself in current/, or -1 if it is only in versions/ */
	bool is_done;
};

/* What does not fit: place is below STORE; error is a negative errno, or 0. */
struct iw_catalog_problem {
	const char *place;
	const char *reason; /* "is no version", …; constant data */
	int error;
};

/* Any may be NULL. A negative number of the first two ends the walk. */
struct iw_catalog_visitor {
	int (*file)(void *context, const struct iw_catalog_file *file);
	int (*directory)(void *context, const struct iw_catalog_directory *directory);
	void (*problem)(void *context, const struct iw_catalog_problem *problem);
	void *context;
};

/*
 * Walks over the file or directory of that absolute path and all below, by name. No
 * descriptor is open from one directory to the next, so depth is without limit.
 * Returns 0; -ENOENT if the store knows nothing of it, and what a visitor returned;
 * -ENAMETOOLONG as iw_layout_append_place(), -ENOMEM.
 */
IW_MUST_CHECK int iw_catalog_walk(int store_fd, const char *absolute,
				  const struct iw_catalog_visitor *visitor);

/* The version as of a time: the last not after it, or NULL for nothing (not yet there, or
 * deleted then). */
const struct iw_catalog_version *iw_catalog_at(const struct iw_catalog_file *file,
					       int64_t at_ns);

/*
 * Opens a version that is a regular file, to read it. Returns a descriptor; -ESTALE if
 * another has taken its place meanwhile, -EINVAL for a deletion, or -errno of openat(2).
 */
IW_MUST_CHECK int iw_catalog_open(const struct iw_catalog_file *file,
				  const struct iw_catalog_version *version);

/*
 * Appends the target of a version that is a symbolic link, and a NUL that is not counted.
 * Returns 0, or as iw_catalog_open().
 */
IW_MUST_CHECK int iw_catalog_read_link(const struct iw_catalog_file *file,
				       const struct iw_catalog_version *version,
				       struct iw_buffer *target);

#endif
