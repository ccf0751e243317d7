/* SPDX-License-Identifier: MIT */
/*
 * Restores files and directories out of a store, as of a time.
 * The caller keeps the store's descriptor; reports are borrowed until it returns.
 * It never deletes anything, never replaces what the store does not have (unless forced),
 * never follows a symbolic link below the target, and never leaves half a file.
 */
#ifndef IW_SINK_STORE_RESTORE_H
#define IW_SINK_STORE_RESTORE_H

#include "sink/store/catalog.h"

/* The beginning of the name that a file has until it is whole. What an earlier run had to
 * leave behind is taken away when its directory is visited again. */
#define IW_RESTORE_TEMPORARY ".inowatch-restore."

enum iw_restore_what {
	IW_RESTORE_DONE,      /* it is there now (or would be) */
	IW_RESTORE_UNCHANGED, /* it was there already */
	IW_RESTORE_LEFT,      /* something is in the way that the store does not have */
	IW_RESTORE_DAMAGED,   /* the version is not what was stored */
	IW_RESTORE_FAILED,
};

struct iw_restore_report {
	enum iw_restore_what what;
	const char *path;   /* of the target */
	int64_t version_ns; /* when the version was stored */
	const char *reason; /* of all but the first two, constant data; or NULL */
	int error;          /* a negative errno, or 0 */
};

struct iw_restore_config {
	int store_fd;
	int64_t at_ns; /* INT64_MAX: as it is in the store now */
	bool is_forced;
	bool is_dry_run;
	bool has_privileges;   /* setuid, setgid and capabilities come back too */
	bool is_link_followed; /* a target that is a link to a directory is that directory
				*/
	void (*told)(void *context, const struct iw_restore_report *report);
	void *context;
};

/*
 * Restores the file or directory of that absolute path as target. The way to target is
 * taken as it is, with symbolic links, and made if it is missing; below it none is
 * followed. Each file is told. Returns 0 also if some could not be restored; -ENOENT if
 * the store knows nothing of the path, or had nothing there at that time; -EXDEV if
 * target lies in the store; or -errno of what keeps all of it from being restored.
 */
IW_MUST_CHECK int iw_restore(const struct iw_restore_config *config, const char *absolute,
			     const char *target);

#endif
