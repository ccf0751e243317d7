/* SPDX-License-Identifier: MIT */
#include "sink/store/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The numbers are from statfs(2) and the file systems' sources. */
static const uint32_t believed[] = {
	0xef53,     /* ext2, ext3, ext4 */
	0x58465342, /* xfs */
	0x9123683e, /* btrfs */
	0xf2f52010, /* f2fs */
	0x01021994, /* tmpfs */
};

/* Before Linux 5.8 syncfs(2) does not tell that data could not be written. */
static bool is_kernel_new_enough(void)
{
	struct utsname name;
	int major = 0;
	int minor = 0;

	return uname(&name) == 0 &&
	       sscanf(name.release, "%d.%d", &major, &minor) == 2 && /* NOLINT */
	       (major > 5 || (major == 5 && minor >= 8));
}

bool iw_durable_is_at_once(int fd)
{
	struct statfs fs;

	if (!is_kernel_new_enough() || fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < IW_ARRAY_LEN(believed); i++) {
		if ((uint32_t)fs.f_type == believed[i])
			return true;
	}
	return false;
}

int iw_durable_open(int directory_fd)
{
	const int fd =
		IW_RETRY(openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	return fd < 0 ? -errno : fd;
}

int iw_durable_sync(int fd)
{
	return IW_RETRY(syncfs(fd)) < 0 ? -errno : 0;
}
