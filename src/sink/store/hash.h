/* SPDX-License-Identifier: MIT */
/*
 * The checksum of a stored version: XXH3 with 64 bits, kept in an extended attribute of
 * the stored file as 16 hexadecimal digits in lower case, most significant first
 * (`xxhsum -H3 FILE` prints the same digits behind "XXH3_").
 * Nothing is owned; descriptors stay the caller's, and their offset is not used.
 * It never says that a file without a checksum is wrong.
 */
#ifndef IW_SINK_STORE_HASH_H
#define IW_SINK_STORE_HASH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

/*
 * The checksum of all bytes of an open file. Ends early when *is_stopped (may be NULL)
 * becomes true. Returns 0, -ECANCELED, -ENOMEM, or -errno of pread(2).
 */
IW_MUST_CHECK int iw_hash_file(int fd, const atomic_bool *is_stopped, uint64_t *ret_hash);

/* Puts the checksum on a file. Returns 0, or -errno of fsetxattr(2): -EOPNOTSUPP where
 * there are no such attributes. */
IW_MUST_CHECK int iw_hash_put(int fd, uint64_t hash);

/* Reads it. Returns 0, -ENODATA if there is none, -EINVAL if it is none of ours, or
 * -errno of fgetxattr(2). */
IW_MUST_CHECK int iw_hash_get(int fd, uint64_t *ret_hash);

/* Whether two files have the same bytes. Returns 1, 0 or -errno. */
IW_MUST_CHECK int iw_hash_is_same_content(int fd, int other_fd,
					  const atomic_bool *is_stopped);

#endif
