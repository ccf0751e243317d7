/* SPDX-License-Identifier: MIT */
#include "sink/store/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* Small enough to be stopped soon, large enough to cost little. */
enum { CHUNK_LEN = 1 << 20 };

struct copy {
	int source_fd;
	int target_fd;
	const atomic_bool *is_stopped;
	char *chunk;           /* of read and write; NULL until it is needed */
	bool is_range_refused; /* copy_file_range(2) cannot copy between these two */
};

static bool is_over(const struct copy *copy)
{
	return copy->is_stopped && atomic_load(copy->is_stopped);
}

static int write_all(int fd, const char *bytes, size_t len, off_t at)
{
	while (len) {
		const ssize_t n = IW_RETRY(pwrite(fd, bytes, len, at));

		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
		at += n;
	}
	return 0;
}

/* Returns how much was copied, 0 at the end of the source, or -errno. */
static ssize_t copy_by_hand(struct copy *copy, off_t at, size_t len)
{
	if (!copy->chunk)
		copy->chunk = malloc(CHUNK_LEN);
	if (!copy->chunk)
		return -ENOMEM;
	const ssize_t n = IW_RETRY(pread(copy->source_fd, copy->chunk, len, at));
	if (n < 0)
		return -errno;
	const int r = write_all(copy->target_fd, copy->chunk, (size_t)n, at);
	return r < 0 ? r : n;
}

/* True for what says nothing but that it is to be done by hand. */
static bool is_refusal(int error)
{
	return error == EXDEV || error == EINVAL || error == ENOSYS ||
	       error == EOPNOTSUPP || error == EPERM || error == EBADF ||
	       error == ETXTBSY || error == EISDIR;
}

static ssize_t copy_some(struct copy *copy, off_t at, size_t len)
{
	loff_t from = at;
	loff_t to = at;

	if (copy->is_range_refused)
		return copy_by_hand(copy, at, len);
	const ssize_t n = IW_RETRY(
		copy_file_range(copy->source_fd, &from, copy->target_fd, &to, len, 0));
	if (n > 0)
		return n;
	if (n < 0 && !is_refusal(errno))
		return -errno;
	/* Files of /proc and the like look empty to it (Linux 5.3 to 5.18). */
	copy->is_range_refused = true;
	return copy_by_hand(copy, at, len);
}

/* Copies what is not a hole; the end may come earlier than at end. */
static int copy_data(struct copy *copy, off_t at, off_t end)
{
	while (at < end) {
		const off_t left = end - at;

		if (is_over(copy))
			return -ECANCELED;
		const ssize_t n =
			copy_some(copy, at, left < CHUNK_LEN ? (size_t)left : CHUNK_LEN);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return 0;
		at += n;
	}
	return 0;
}

/* Where the next data begins and ends; where holes are not told, all is data. */
static int find_data(int fd, off_t at, off_t len, off_t ret_span[2])
{
	ret_span[0] = lseek(fd, at, SEEK_DATA);
	if (ret_span[0] < 0 && errno == ENXIO) {
		ret_span[0] = ret_span[1] = len; /* nothing but a hole up to the end */
		return 0;
	}
	if (ret_span[0] < 0) {
		ret_span[0] = at;
		ret_span[1] = len;
		return errno == EINVAL || errno == EOPNOTSUPP ? 0 : -errno;
	}
	ret_span[1] = lseek(fd, ret_span[0], SEEK_HOLE);
	if (ret_span[1] < 0 || ret_span[1] > len)
		ret_span[1] = len;
	return 0;
}

int iw_copy_content(int source_fd, int target_fd, uint64_t len,
		    const atomic_bool *is_stopped)
{
	struct copy copy = {source_fd, target_fd, is_stopped, NULL, false};
	const off_t end = (off_t)len;
	off_t span[2] = {0, 0};
	int r = 0;

	if (len > 0 && ioctl(target_fd, FICLONE, source_fd) == 0)
		return IW_RETRY(ftruncate(target_fd, end)) < 0 ? -errno : 0;
	while (r == 0 && span[1] < end) {
		r = find_data(source_fd, span[1], end, span);
		if (r == 0 && span[0] < end)
			r = copy_data(&copy, span[0], span[1]);
	}
	free(copy.chunk);
	if (r == 0 && IW_RETRY(ftruncate(target_fd, end)) < 0)
		r = -errno;
	return r;
}
