/* SPDX-License-Identifier: MIT */
/*
 * An open store: its folders, the lock that makes us its only writer, temporary files.
 * The store owns its descriptors; several threads may put files into it at once, as long
 * as no two of them put the same path.
 * It never makes a store of a folder that has something else in it, and never touches
 * what a store of an unknown format holds.
 */
#ifndef IW_SINK_STORE_STORE_H
#define IW_SINK_STORE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "sink/store/durable.h"
#include "sink/store/retention.h"

struct iw_store;

struct iw_store_config {
	const char *path;
	bool keeps_privileges; /* setuid, setgid and capabilities are stored too */
	bool verifies;         /* content is compared although the times are the same */
	struct iw_retention retention;
	uint64_t max_len; /* bytes on the disk; 0: no limit */
};

/*
 * Opens a store, making it (mode 0700) if path does not exist or is an empty directory;
 * takes the lock, removes what an interrupted run left, and makes durable what it did.
 * Returns 0; -EWOULDBLOCK if another one writes to it, -ENOTEMPTY if it is a directory
 * with something else in it, -EPROTONOSUPPORT if its format is none we know, or -errno.
 */
IW_MUST_CHECK int iw_store_open(const struct iw_store_config *config,
				struct iw_store **ret_store);
void iw_store_close(struct iw_store *store);

/* Makes all that is being copied end with -ECANCELED; any thread may call it. */
void iw_store_stop(struct iw_store *store);
const atomic_bool *iw_store_is_stopped(const struct iw_store *store);

const struct iw_store_config *iw_store_config(const struct iw_store *store);

/* Whether *stat is the store's own directory. */
bool iw_store_is_itself(const struct iw_store *store, const struct stat *stat);

/* The directory itself. It stays open as long as the store. */
int iw_store_fd(const struct iw_store *store);

/* The directory of temporary files, likewise. */
int iw_store_temporary_fd(const struct iw_store *store);

/*
 * Held while something is removed: two files that are put below what is stored as a file
 * both find it in their way, and only the first has something to remove.
 */
void iw_store_lock_removal(struct iw_store *store);
void iw_store_unlock_removal(struct iw_store *store);

/* The store has grown, or shrunk, by so many bytes; only counted with max_len. */
void iw_store_add_len(struct iw_store *store, int64_t len);

/* Whether len more bytes are within max_len. */
bool iw_store_has_room(const struct iw_store *store, uint64_t len);

enum { IW_TEMPORARY_LEN = 24 };

/* A name for a new temporary file. */
void iw_store_name_temporary(struct iw_store *store, char ret_name[IW_TEMPORARY_LEN]);

/*
 * Makes a temporary file, open for reading and writing, mode 0600. Returns a descriptor
 * or -errno.
 */
IW_MUST_CHECK int iw_store_make_temporary(struct iw_store *store,
					  char ret_name[IW_TEMPORARY_LEN]);

/*
 * Opens a directory below STORE and makes it, as iw_beneath_make_directories(). Whatever
 * thread made it: it is durable when this returns, or at the next iw_store_sync().
 */
IW_MUST_CHECK int iw_store_make_directories(struct iw_store *store, const char *path,
					    enum iw_durable_when when,
					    size_t *ret_failed_len);

/* Whether what is to be durable later can be: iw_durable_is_at_once(). */
bool iw_store_has_groups(const struct iw_store *store);

/* Makes durable what was done so far; fd is from iw_durable_open(). Returns 0 or -errno.
 */
IW_MUST_CHECK int iw_store_sync(struct iw_store *store, int fd);

#endif
