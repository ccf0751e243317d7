/* SPDX-License-Identifier: MIT */
/*
 * The layout of a store: where a source path lies in it, and what its names mean.
 * Nothing is owned but the caller's buffers, to which paths are appended.
 * It never asks the kernel: names and times in, names and times out.
 *
 * A store is a directory of plain files that needs no program to be read:
 *
 *   STORE/current/PATH                 the newest version of each file
 *   STORE/versions/PATH/TIME           older versions; a directory named as the file
 *   STORE/versions/PATH/TIME.deleted   empty: the file was gone at TIME. The version
 *                                      before it has become an older one
 *   STORE/.inowatch/                   what only inowatch needs:
 *     format                             the version of the layout: "1" and a newline
 *     lock                               one writer at a time holds it (flock)
 *     temporary/                         files that are not whole yet
 *     newest/PATH                        a symbolic link whose text is the TIME at which
 *                                        the newest version was stored (a file with that
 *                                        text where there are no symbolic links)
 *
 * PATH is the absolute path without its leading slash: the working directory joined with
 * what was given, "." and ".." removed, symbolic links not resolved. TIME is when the
 * version was stored: UTC, 20261120T063506.123456789Z.
 *
 * A component of PATH that looks like TIME or TIME.deleted, behind any number of "=",
 * gets one more "=", below current/, versions/ and newest/ alike. So no name of a source
 * means anything but itself; one of 255 bytes that would need the "=" cannot be stored.
 *
 * The newest version's time: if current/PATH is the same inode as versions/PATH/TIME, a
 * writer was stopped between the link and the rename, and it is that TIME. Otherwise it
 * is what newest/PATH says. A writer brings newest/PATH up to date after the link and
 * before the rename, so that this holds whenever it is stopped.
 */
#ifndef IW_SINK_STORE_LAYOUT_H
#define IW_SINK_STORE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* Names in a store, and of the attribute in which a version's checksum is kept. */
#define IW_LAYOUT_CURRENT   "current"
#define IW_LAYOUT_VERSIONS  "versions"
#define IW_LAYOUT_OWN       ".inowatch"
#define IW_LAYOUT_FORMAT    IW_LAYOUT_OWN "/format"
#define IW_LAYOUT_LOCK      IW_LAYOUT_OWN "/lock"
#define IW_LAYOUT_TEMPORARY IW_LAYOUT_OWN "/temporary"
#define IW_LAYOUT_NEWEST    IW_LAYOUT_OWN "/newest"
#define IW_LAYOUT_DELETED   ".deleted"
#define IW_LAYOUT_CHECKSUM  "user.inowatch.xxh3"
#define IW_LAYOUT_VERSION   "1\n"

enum {
	IW_LAYOUT_TIME_LEN = 26,
	IW_LAYOUT_VERSION_LEN = IW_LAYOUT_TIME_LEN + sizeof(IW_LAYOUT_DELETED) - 1,
	IW_LAYOUT_NAME_MAX = 255,
};

/* What the name of an older version says. */
struct iw_layout_version {
	int64_t time_ns; /* since 1970, UTC */
	bool is_deleted; /* nothing is there from that time on */
};

/* Writes "20261120T063506.123456789Z" and a NUL. time_ns counts from 1970, UTC. */
void iw_layout_format_time(int64_t time_ns, char ret_text[IW_LAYOUT_TIME_LEN + 1]);

/*
 * Reads exactly what iw_layout_format_time() writes. Returns 0, or -EINVAL for anything
 * else: a time that is none (month 13), and those outside of 1678 to 2261.
 */
IW_MUST_CHECK int iw_layout_parse_time(const char *text, size_t len,
				       int64_t *ret_time_ns);

/* Writes the name of an older version, TIME or TIME.deleted, and a NUL. */
void iw_layout_format_version(const struct iw_layout_version *version,
			      char ret_name[IW_LAYOUT_VERSION_LEN + 1]);

/* Reads the name of an older version. Returns 0, or -EINVAL if it is none. */
IW_MUST_CHECK int iw_layout_parse_version(const char *name, size_t len,
					  struct iw_layout_version *ret_version);

/*
 * Appends a source's name as it is in a store. Returns 0, -ENAMETOOLONG if there is no
 * room for one more "=", -EINVAL for what is no name ("", ".", "..", one with "/" or
 * NUL), or -ENOMEM.
 */
IW_MUST_CHECK int iw_layout_append_name(struct iw_buffer *buffer, const char *name,
					size_t len);

/*
 * Appends the source's name of a name in a store. Returns 0, -EINVAL for a name that
 * iw_layout_append_name() never makes (so it is a version, or forged), or -ENOMEM.
 */
IW_MUST_CHECK int iw_layout_append_source_name(struct iw_buffer *buffer, const char *name,
					       size_t len);

/*
 * Appends the absolute path of path, and a NUL that is not counted: cwd joined with it
 * unless it begins with a slash; empty components, "." and ".." removed, without asking
 * what they are; no trailing slash, but "/" stays. Above "/" is "/".
 * Returns 0, -EINVAL if cwd does not begin with a slash, or -ENOMEM.
 */
IW_MUST_CHECK int iw_layout_append_absolute(struct iw_buffer *buffer, const char *cwd,
					    const char *path);

/*
 * Appends where an absolute path lies below STORE, and a NUL that is not counted: folder
 * (IW_LAYOUT_CURRENT, _VERSIONS, _NEWEST), and for each component "/" and its name.
 * Returns 0, -EINVAL if path is not absolute or has a component that is no name,
 * -ENAMETOOLONG as iw_layout_append_name(), or -ENOMEM.
 *
 *   iw_layout_append_place(b, IW_LAYOUT_VERSIONS, "/home/u/a")  "versions/home/u/a"
 *   iw_layout_append_place(b, IW_LAYOUT_CURRENT, "/")           "current"
 */
IW_MUST_CHECK int iw_layout_append_place(struct iw_buffer *buffer, const char *folder,
					 const char *absolute);

#endif
