/* SPDX-License-Identifier: MIT */
/*
 * What the two halves of the catalog share: the walk, and one file's versions.
 * The walk owns the buffers; a listing owns its names.
 * Nothing else includes this.
 */
#ifndef IW_SINK_STORE_CATALOG_PRIVATE_H
#define IW_SINK_STORE_CATALOG_PRIVATE_H

#include "sink/store/catalog.h"

struct iw_catalog_walk {
	int store_fd;
	const struct iw_catalog_visitor *visitor;
	struct iw_buffer path;  /* the source's, of the directory that is visited */
	struct iw_buffer place; /* the same in the store: "/home/u", "" for the root */
};

/* The directories of one level, -1 where there is none. */
struct iw_catalog_level {
	int current_fd;
	int versions_fd;
	int newest_fd;
};

/* Names in a directory, sorted by bytes. */
struct iw_catalog_names {
	char **names;
	size_t len;
};

/* Reads all names but "." and "..". Returns 0 or -errno; _done() in any case. */
IW_MUST_CHECK int iw_catalog_names_read(struct iw_catalog_names *names, int dir_fd);
void iw_catalog_names_done(struct iw_catalog_names *names);

/* Tells what is wrong with folder/PLACE/name; name may be NULL. */
void iw_catalog_tell(struct iw_catalog_walk *walk, const char *folder, const char *name,
		     const char *reason, int error);

/*
 * Shows the file of that name (in the store) to the visitor, if there is one. walk->place
 * is its directory's; walk->path is its own. Returns 1 if there was a file or a version,
 * 0 if not; ret_is_directory tells if there is something below that name. Negative is
 * what the visitor returned, or -ENOMEM.
 */
IW_MUST_CHECK int iw_catalog_show_file(struct iw_catalog_walk *walk,
				       const struct iw_catalog_level *level,
				       const char *name, bool *ret_is_directory);

#endif
