/* SPDX-License-Identifier: MIT */
/*
 * Copies the bytes of a file into another one, as cheaply as the file systems allow, and
 * keeps its holes.
 * Both descriptors stay the caller's, and so does the decision what to do with half a
 * copy.
 * It never takes more than the length it was told, however fast the source grows, and
 * never looks at anything but content.
 */
#ifndef IW_SINK_STORE_COPY_H
#define IW_SINK_STORE_COPY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

/*
 * Copies len bytes of source_fd into target_fd, which is empty and open for reading and
 * writing: by FICLONE, else copy_file_range(2), else read(2) and write(2). What the
 * source tells as holes (SEEK_HOLE) become holes. If the source is shorter, so is the
 * copy. Ends with -ECANCELED when *is_stopped (may be NULL) becomes true. Returns 0 or
 * -errno: -ENOSPC, -EDQUOT, -EFBIG, -EIO …
 */
IW_MUST_CHECK int iw_copy_content(int source_fd, int target_fd, uint64_t len,
				  const atomic_bool *is_stopped);

#endif
