/* SPDX-License-Identifier: MIT */
#include "sink/store/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <xxhash.h>

#include "sink/store/layout.h"

enum { CHUNK_LEN = 256 << 10, DIGITS = 16 };

/* Reads until the chunk is full or the file ends. Returns how much, or -errno. */
static ssize_t read_chunk(int fd, char *chunk, off_t at)
{
	size_t got = 0;

	while (got < CHUNK_LEN) {
		const ssize_t n = IW_RETRY(
			pread(fd, chunk + got, CHUNK_LEN - got, at + (off_t)got));

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static bool is_over(const atomic_bool *is_stopped)
{
	return is_stopped && atomic_load(is_stopped);
}

static void free_state(XXH3_state_t *const *state)
{
	XXH3_freeState(*state);
}

int iw_hash_file(int fd, const atomic_bool *is_stopped, uint64_t *ret_hash)
{
	IW_CLEANUP(free_state) XXH3_state_t *state = XXH3_createState();
	IW_AUTO_FREE char *chunk = malloc(CHUNK_LEN);
	off_t at = 0;

	if (!state || !chunk || XXH3_64bits_reset(state) != XXH_OK)
		return -ENOMEM;
	for (;;) {
		const ssize_t n = read_chunk(fd, chunk, at);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		if (is_over(is_stopped))
			return -ECANCELED;
		if (XXH3_64bits_update(state, chunk, (size_t)n) != XXH_OK)
			return -EIO;
		at += n;
	}
	*ret_hash = XXH3_64bits_digest(state);
	return 0;
}

int iw_hash_put(int fd, uint64_t hash)
{
	char digits[DIGITS + 1];

	snprintf(digits, sizeof(digits), "%016" PRIx64, hash);
	return fsetxattr(fd, IW_LAYOUT_CHECKSUM, digits, DIGITS, 0) < 0 ? -errno : 0;
}

int iw_hash_get(int fd, uint64_t *ret_hash)
{
	char digits[DIGITS + 1];
	const ssize_t n = fgetxattr(fd, IW_LAYOUT_CHECKSUM, digits, DIGITS);

	if (n < 0)
		return errno == ERANGE ? -EINVAL : -errno;
	digits[n] = '\0';
	if (n != DIGITS || strspn(digits, "0123456789abcdef") != DIGITS)
		return -EINVAL;
	*ret_hash = strtoull(digits, NULL, 16);
	return 0;
}

int iw_hash_is_same_content(int fd, int other_fd, const atomic_bool *is_stopped)
{
	IW_AUTO_FREE char *chunk = malloc(CHUNK_LEN);
	IW_AUTO_FREE char *other = malloc(CHUNK_LEN);
	off_t at = 0;

	if (!chunk || !other)
		return -ENOMEM;
	for (;;) {
		const ssize_t n = read_chunk(fd, chunk, at);
		const ssize_t m = n < 0 ? n : read_chunk(other_fd, other, at);

		if (n < 0 || m < 0)
			return (int)(n < 0 ? n : m);
		if (n != m || memcmp(chunk, other, (size_t)n) != 0)
			return 0;
		if (n == 0)
			return 1;
		if (is_over(is_stopped))
			return -ECANCELED;
		at += n;
	}
}
