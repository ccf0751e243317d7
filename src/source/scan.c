/* SPDX-License-Identifier: MIT */
#include "source/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { BATCH_LEN = 32 * 1024 };

static bool is_dot(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Some file systems do not tell the type in the listing. Returns 0 or -errno. */
static int type_by_stat(int directory_fd, const char *name, enum iw_scan_type *ret_type)
{
	struct stat st;

	if (IW_RETRY(fstatat(directory_fd, name, &st, AT_SYMLINK_NOFOLLOW)) < 0)
		return -errno;
	*ret_type = S_ISDIR(st.st_mode)   ? IW_SCAN_DIR
		    : S_ISREG(st.st_mode) ? IW_SCAN_REGULAR
					  : IW_SCAN_OTHER;
	return 0;
}

static int type_of(int directory_fd, const struct dirent64 *raw,
		   enum iw_scan_type *ret_type)
{
	if (raw->d_type == DT_UNKNOWN)
		return type_by_stat(directory_fd, raw->d_name, ret_type);
	*ret_type = raw->d_type == DT_DIR   ? IW_SCAN_DIR
		    : raw->d_type == DT_REG ? IW_SCAN_REGULAR
					    : IW_SCAN_OTHER;
	return 0;
}

static int scan_batch(int directory_fd, const char *batch, size_t len,
		      int (*each)(void *context, const struct iw_scan_entry *entry),
		      void *context)
{
	for (size_t at = 0; at < len;) {
		const struct dirent64 *raw = (const void *)(batch + at);
		struct iw_scan_entry entry = {.name = raw->d_name, .inode = raw->d_ino};

		at += raw->d_reclen;
		if (is_dot(raw->d_name) || type_of(directory_fd, raw, &entry.type) < 0)
			continue;
		entry.name_len = strlen(entry.name);
		int r = each(context, &entry);
		if (r < 0)
			return r;
	}
	return 0;
}

int iw_scan(int directory_fd,
	    int (*each)(void *context, const struct iw_scan_entry *entry), void *context)
{
	_Alignas(struct dirent64) char batch[BATCH_LEN];

	for (;;) {
		/* readdir(3) would allocate and lock for each directory. */
		const long n = IW_RETRY(
			syscall(SYS_getdents64, directory_fd, batch, sizeof(batch)));

		if (n <= 0)
			return n < 0 ? -errno : 0;
		int r = scan_batch(directory_fd, batch, (size_t)n, each, context);
		if (r < 0)
			return r;
	}
}
