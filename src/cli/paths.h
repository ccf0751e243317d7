/* SPDX-License-Identifier: MIT */
/*
 * Reads more PATHs from the files of --fromfile and --fromfile0.
 * The texts are owned by the caller's buffers list, which lives as long as the options.
 * It never trims, comments out or interprets a line, but for a leading @ (as in argv).
 */
#ifndef IW_CLI_PATHS_H
#define IW_CLI_PATHS_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "cli/options.h"

/* The content of the files; PATHs point into it. */
struct iw_path_files {
	struct iw_buffer *contents;
	size_t len;
};

void iw_path_files_done(struct iw_path_files *files);

/*
 * Puts the PATHs of all files before those of the command line. Returns 0; a negative
 * errno of reading, or -EINVAL, with one line for the user in error; -ENOMEM.
 */
IW_MUST_CHECK int iw_paths_read(struct iw_options *options, struct iw_path_files *files,
				struct iw_buffer *error);

#endif
