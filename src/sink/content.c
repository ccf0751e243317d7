/* SPDX-License-Identifier: MIT */
#include "sink/content.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	CHUNK_LEN = 256 << 10,
	PATH_COST = 16 << 10, /* what a path costs beside its bytes, in bytes read */
	MOST_TRIES = 3,
};

/* FAT keeps times of two seconds. */
static const int64_t OLD_NS = INT64_C(2500) * 1000 * 1000;

struct iw_reading {
	XXH3_state_t *state;
	char *chunk;
	struct stat begun; /* of the file whose bytes are being read */
	off_t at;
	unsigned tries;
	bool is_begun;
};

int iw_reading_new(struct iw_reading **ret_reading)
{
	struct iw_reading *reading = calloc(1, sizeof(*reading));

	if (!reading)
		return -ENOMEM;
	reading->state = XXH3_createState();
	reading->chunk = malloc(CHUNK_LEN);
	if (!reading->state || !reading->chunk) {
		iw_reading_free(reading);
		return -ENOMEM;
	}
	*ret_reading = reading;
	return 0;
}

void iw_reading_free(struct iw_reading *reading)
{
	if (!reading)
		return;
	XXH3_freeState(reading->state);
	free(reading->chunk);
	free(reading);
}

void iw_reading_stop(struct iw_reading *reading)
{
	reading->is_begun = false;
	reading->tries = 0;
}

static int64_t ns_of(struct timespec time)
{
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && a->st_mode == b->st_mode &&
	       ns_of(a->st_mtim) == ns_of(b->st_mtim) &&
	       ns_of(a->st_ctim) == ns_of(b->st_ctim);
}

static uint64_t stamp_of(const struct stat *file)
{
	const int64_t words[] = {
		(int64_t)file->st_dev, (int64_t)file->st_ino, file->st_size,
		ns_of(file->st_mtim),  ns_of(file->st_ctim),  file->st_mode,
	};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	/* Also what seems to come from the future is too young. */
	if (ns_of(file->st_ctim) > ns_of(now) - OLD_NS ||
	    ns_of(file->st_mtim) > ns_of(now) - OLD_NS)
		return 0;
	return XXH3_64bits(words, sizeof(words));
}

/* The number of what is not read: different for each mode and detail. */
static uint64_t hash_of(const struct stat *file, int64_t detail, int64_t more)
{
	const int64_t words[] = {file->st_mode, detail, more};

	return XXH3_64bits(words, sizeof(words));
}

static uint64_t identity_of(const struct stat *file)
{
	const uint64_t words[] = {file->st_dev, file->st_ino};

	return XXH3_64bits(words, sizeof(words));
}

static void read_link(const struct iw_reading *reading, const char *path,
		      struct iw_content *content)
{
	const ssize_t n = readlink(path, reading->chunk, CHUNK_LEN);

	if (n >= 0)
		content->hash = XXH3_64bits(reading->chunk, (size_t)n);
	else if (errno == ENOENT || errno == ENOTDIR)
		content->kind = IW_CONTENT_GONE;
	else
		content->kind = IW_CONTENT_UNSURE;
}

/* Opens a file to be read on, if it is still the one whose reading was begun. */
static int open_file(const struct iw_reading_order *order, const struct stat *begun)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
			  (order->is_followed ? 0 : O_NOFOLLOW);
	IW_AUTO_CLOSE int fd = IW_RETRY(open(order->path, flags));
	struct stat file;

	if (fd < 0 || fstat(fd, &file) < 0)
		return -errno;
	return is_same(begun, &file) ? IW_TAKE_FD(fd) : -ESTALE;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Returns 1 at the end of the file, -EAGAIN without room, or -errno. */
static int read_on(struct iw_reading *reading, int fd, size_t *room)
{
	while (*room > 0) {
		const ssize_t n = IW_RETRY(
			pread(fd, reading->chunk, least(*room, CHUNK_LEN), reading->at));

		if (n < 0)
			return -errno;
		if (n == 0)
			return 1;
		XXH3_64bits_update(reading->state, reading->chunk, (size_t)n);
		reading->at += n;
		*room -= (size_t)n;
	}
	return -EAGAIN;
}

static void begin(struct iw_reading *reading, const struct stat *file)
{
	reading->begun = *file;
	reading->at = 0;
	reading->is_begun = true;
	XXH3_64bits_reset(reading->state);
}

/*
 * The bytes of a file. What is written while it is read makes it begin anew; who writes
 * for ever is not waited for. Returns 0 or -EAGAIN.
 */
static int read_file(struct iw_reading *reading, const struct iw_reading_order *order,
		     size_t *room, struct iw_content *content)
{
	IW_AUTO_CLOSE int fd = open_file(order, &reading->begun);
	struct stat file;

	int r = fd < 0 ? fd : read_on(reading, fd, room);
	if (r == -EAGAIN && fd >= 0)
		return r;
	if (r == 1 && (fstat(fd, &file) < 0 || !is_same(&reading->begun, &file)))
		r = -ESTALE;
	if (r == 1) {
		content->hash = XXH3_64bits_digest(reading->state);
		content->stamp = stamp_of(&file);
		return 0;
	}
	reading->is_begun = false;
	if ((r == -ESTALE || r == -ENOENT || r == -ELOOP) &&
	    ++reading->tries < MOST_TRIES)
		return -EAGAIN;
	if (r == -EACCES || r == -EPERM) {
		/* Size and time are all there is to compare. */
		content->hash = hash_of(&reading->begun, reading->begun.st_size,
					ns_of(reading->begun.st_mtim));
		return 0;
	}
	content->kind = IW_CONTENT_UNSURE;
	return 0;
}

/* What can be told without reading a file. Returns true if that is all. */
static bool look(struct iw_reading *reading, const struct iw_reading_order *order,
		 struct stat *ret_file, struct iw_content *content)
{
	const int flags = order->is_followed ? 0 : AT_SYMLINK_NOFOLLOW;

	if (fstatat(AT_FDCWD, order->path, ret_file, flags) < 0) {
		content->kind = errno == ENOENT || errno == ENOTDIR ? IW_CONTENT_GONE
								    : IW_CONTENT_UNSURE;
		return true;
	}
	if (S_ISREG(ret_file->st_mode)) {
		content->stamp = stamp_of(ret_file);
		content->hash = order->known_hash;
		return content->stamp && content->stamp == order->known_stamp;
	}
	if (S_ISLNK(ret_file->st_mode)) {
		read_link(reading, order->path, content);
		return true;
	}
	content->hash = hash_of(ret_file, (int64_t)ret_file->st_rdev, 0);
	if (S_ISDIR(ret_file->st_mode)) {
		content->kind = IW_CONTENT_DIR;
		content->stamp = identity_of(ret_file);
		content->hash ^= content->stamp;
	}
	return true;
}

int iw_reading_go(struct iw_reading *reading, const struct iw_reading_order *order,
		  size_t *room, struct iw_content *ret_content)
{
	struct iw_content content = {.kind = IW_CONTENT_OTHER};
	struct stat file;
	int r = 0;

	if (*room == 0)
		return -EAGAIN;
	if (reading->is_begun || !look(reading, order, &file, &content)) {
		if (!reading->is_begun)
			begin(reading, &file);
		r = read_file(reading, order, room, &content);
		/* Permissions are compared too. */
		content.hash ^= hash_of(&reading->begun, 0, 0);
	}
	*room -= least(*room, PATH_COST);
	if (r < 0)
		return r;
	iw_reading_stop(reading);
	*ret_content = content;
	return 0;
}
