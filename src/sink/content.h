/* SPDX-License-Identifier: MIT */
/*
 * What a path holds now, as one number: its kind, its permissions and its bytes.
 * A reading owns what it has hashed so far; paths stay the caller's. A large file is read
 * in pieces, and no descriptor is open between two of them.
 * It never opens what is neither a regular file nor a symbolic link, and never waits for
 * anything but the file system.
 */
#ifndef IW_SINK_CONTENT_H
#define IW_SINK_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum iw_content_kind {
	IW_CONTENT_GONE,
	IW_CONTENT_DIR,
	IW_CONTENT_OTHER,
	IW_CONTENT_UNSURE, /* it cannot be read, or changes as often as it is */
};

struct iw_content {
	enum iw_content_kind kind;
	/*
	 * Size, times and inode; 0: too young to tell anything, because a file system may
	 * give the same times to what is written next. Of a directory: which one it is.
	 */
	uint64_t stamp;
	uint64_t hash;
};

struct iw_reading;

/* Returns 0 or -ENOMEM. */
IW_MUST_CHECK int iw_reading_new(struct iw_reading **ret_reading);
void iw_reading_free(struct iw_reading *reading);

struct iw_reading_order {
	const char *path;
	bool is_followed;     /* through a symbolic link at its end */
	uint64_t known_stamp; /* with this the bytes need not be read; 0: they are */
	uint64_t known_hash;  /* what they are then */
};

/*
 * Reads a path, or goes on: room is about how many bytes may be read, and becomes less.
 * Returns 0, or -EAGAIN when the room is used up: then the same is to be asked again.
 */
IW_MUST_CHECK int iw_reading_go(struct iw_reading *reading,
				const struct iw_reading_order *order, size_t *room,
				struct iw_content *ret_content);

/* Forgets what was begun. */
void iw_reading_stop(struct iw_reading *reading);

#endif
