/* SPDX-License-Identifier: MIT */
/*
 * The record: one thing that happened to one path, as every output and Python see it.
 * A record borrows all bytes from whoever made it and is valid until that one goes on;
 * who wants to keep it copies it.
 * It never holds an unresolved name: paths are those of the stream's order, not of now.
 */
#ifndef IW_CORE_RECORD_H
#define IW_CORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

/* The words of the stream; iw_event_word() spells them. ARCHITECTURE.md lists them. */
enum iw_event {
	IW_ACCESS,
	IW_MODIFY,
	IW_ATTRIB,
	IW_CLOSE_WRITE,
	IW_CLOSE_NOWRITE,
	IW_OPEN,
	IW_CREATE,
	IW_DELETE,
	IW_DELETE_SELF,
	IW_MOVE_SELF,
	IW_UNMOUNT,
	IW_MOVE,      /* both ends were seen: from -> path */
	IW_MOVED_IN,  /* came from a place that is not watched or not shown */
	IW_MOVED_OUT, /* went to such a place */
	IW_EXCHANGE,  /* path and from swapped places with all below */
	IW_FOUND,     /* exists; seen by listing, not told by the kernel */
	IW_OVERFLOW,  /* the kernel's queue overflowed: events were lost */
	IW_RESYNC,    /* forget what was known below path; found follows */
	IW_SYNCED,    /* a resync has ended */
	IW_LOST,      /* path is not watched, and error says why */
	IW_READY,     /* all that was asked for is watched */
	IW_EVENT_COUNT
};

/*
 * A path in the two spellings that outputs need. For PATH "d//" and its file "a":
 *   bytes "d//a", root_len 3, name_len 1: %w is "d//", %f "a", the plain path "d/a".
 * For PATH "d" itself: bytes "d/", root_len 1, name_len 0: %w "d/", %f "", plain "d".
 */
struct iw_path {
	const char *bytes; /* inotifywait's %w and %f behind each other; NULL: no path */
	size_t len;
	size_t name_len; /* the last bytes, %f: the name inside the watched directory */
	size_t root_len; /* the first bytes: PATH as the user gave it */
};

struct iw_record {
	enum iw_event event;
	uint32_t mask;   /* the kernel's bits with IN_ISDIR; those %e shows for found */
	int32_t wd;      /* watch descriptor, 0 if there is none */
	uint32_t cookie; /* of moves, else 0 */
	int64_t time_ns; /* when it was read from the kernel: ns since 1970, UTC */
	struct iw_path path;
	struct iw_path from; /* of move and exchange */
	int error;           /* of lost: a positive errno */
	const char *message; /* of lost: what to do about it; may be NULL */
};

/* The word of an event in JSON: "close_write". */
const char *iw_event_word(enum iw_event event);

/*
 * The word for one bit of a kernel mask: IN_CREATE is IW_CREATE, IN_MOVED_TO is
 * IW_MOVED_IN. Returns 0, or -EINVAL for a bit that is no event.
 */
IW_MUST_CHECK int iw_event_from_bit(uint32_t bit, enum iw_event *ret_event);

/* True for what concerns the stream rather than a file: overflow, resync … ready. */
static inline bool iw_event_is_control(enum iw_event event)
{
	return event >= IW_OVERFLOW;
}

/* True if the record is about a directory (the kernel leaves IN_ISDIR out of its *_SELF).
 */
bool iw_record_is_dir(const struct iw_record *record);

/*
 * Appends the path as JSON and actions name it: the root less trailing slashes, one
 * slash, the rest; the root itself without a slash behind it. Returns 0 or -ENOMEM.
 */
IW_MUST_CHECK int iw_path_append_plain(struct iw_buffer *buffer,
				       const struct iw_path *path);

/* What lies below the root: "sub/a" of "d//sub/a"; empty for the root itself. */
const char *iw_path_below_root(const struct iw_path *path, size_t *ret_len);

#endif
