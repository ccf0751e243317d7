/* SPDX-License-Identifier: MIT */
#include "sink/store/put.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "sink/store/beneath.h"
#include "sink/store/copy.h"
#include "sink/store/hash.h"
#include "sink/store/meta.h"
#include "sink/store/prune.h"
#include "sink/store/put-private.h"

/*
 * File systems stamp with the clock of the kernel's last tick, 10 ms at most ago. A
 * change in the tick of the one before leaves the times as they were.
 */
static const int64_t TICK_NS = 10 * 1000 * 1000;

enum { MOST_TRIES = 4 };

static int64_t time_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static bool is_same_time(const struct timespec *one, const struct timespec *other)
{
	return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

/* Whether the stored time is the source's, as precise as a file system keeps it: 2 s on
 * FAT, 10 ms on exFAT. */
static bool is_kept_time(const struct timespec *stored, const struct timespec *source)
{
	static const int64_t grains_ns[] = {1,        100,        1000,
					    10000000, 1000000000, 2000000000};
	const int64_t source_ns = time_of(source);

	for (size_t i = 0; i < IW_ARRAY_LEN(grains_ns); i++) {
		if (source_ns - source_ns % grains_ns[i] == time_of(stored))
			return true;
	}
	return false;
}

static void tell_stored(const struct iw_putting *putting, int64_t version_ns,
			const struct stat *source)
{
	const struct iw_put_line line = {
		.event = IW_PUT_STORED,
		.absolute = putting->spot.absolute,
		.version_ns = version_ns,
		.len = (uint64_t)source->st_size,
	};

	putting->listener->told(putting->listener->context, &line);
}

/* ---- Is there something to do? ---- */

/* Opens the newest version, if it is a regular file. Returns -ENOENT if it is not. */
static int open_current(const struct iw_store *store, const struct iw_spot *spot,
			struct stat *ret_stat)
{
	IW_AUTO_CLOSE int fd = iw_beneath_open(iw_store_fd(store), spot->current.data,
					       O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fd;
	if (fstat(fd, ret_stat) < 0)
		return -errno;
	return S_ISREG(ret_stat->st_mode) ? IW_TAKE_FD(fd) : -ENOENT;
}

/* Without a note of the source's change time: whether it is older than the version. */
static int is_older(struct iw_store *store, const struct iw_spot *spot,
		    const struct stat *current, const struct stat *source)
{
	struct iw_newest newest;

	int r = iw_newest_find(store, spot, current, &newest);
	if (r < 0)
		return r;
	return time_of(&source->st_ctim) < newest.time_ns - 2 * TICK_NS;
}

static int is_file_done(struct iw_store *store, const struct iw_spot *spot,
			const struct stat *source)
{
	struct stat current;
	IW_AUTO_CLOSE int fd = open_current(store, spot, &current);

	if (fd < 0)
		return 0;
	if (current.st_size != source->st_size ||
	    !is_kept_time(&current.st_mtim, &source->st_mtim))
		return 0;
	int r = iw_newest_is_from(fd, source);
	return r == -ENODATA ? is_older(store, spot, &current, source) : r;
}

/* Links and directories need not be opened. */
static int is_other_done(struct iw_store *store, const struct iw_spot *spot,
			 const struct stat *source)
{
	struct stat current;
	IW_AUTO_CLOSE int fd = iw_beneath_open(iw_store_fd(store), spot->current.data,
					       O_PATH | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &current) < 0 ||
	    (current.st_mode & S_IFMT) != (source->st_mode & S_IFMT))
		return 0;
	if (S_ISDIR(source->st_mode))
		return (current.st_mode & 07777) == ((source->st_mode & 01777) | 0700);
	return current.st_size == source->st_size &&
	       is_same_time(&current.st_mtim, &source->st_mtim) &&
	       is_older(store, spot, &current, source) == 1;
}

int iw_put_is_done(struct iw_store *store, const char *absolute,
		   const struct stat *source)
{
	struct iw_spot spot;

	int r = iw_spot_init(&spot, absolute);
	if (r == 0 && S_ISREG(source->st_mode))
		r = !iw_store_config(store)->verifies &&
		    is_file_done(store, &spot, source) == 1;
	else if (r == 0)
		r = is_other_done(store, &spot, source);
	iw_spot_done(&spot);
	return r;
}

/* ---- Files ---- */

/* Waits until the tick is over in which the file changed last. Returns 1 if it did. */
static int let_tick_pass(struct iw_origin *origin)
{
	const struct timespec wait = {.tv_nsec = TICK_NS};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	const int64_t age_ns = time_of(&now) - time_of(&origin->stat.st_ctim);
	if (age_ns < 0 || age_ns > TICK_NS)
		return 0;
	nanosleep(&wait, NULL);
	return fstat(origin->fd, &origin->stat) < 0 ? -errno : 1;
}

/* An attribute of ours is left out where there can be none. */
static int unless_unknown(int error)
{
	return error == -EOPNOTSUPP || error == -EPERM || error == -EACCES ? 0 : error;
}

/* Makes the copy, with all it has, and proves that it is one state of the source. */
static int fill_copy(const struct iw_store *store, const struct iw_origin *origin, int fd)
{
	const unsigned flags =
		iw_store_config(store)->keeps_privileges ? IW_META_PRIVILEGES : 0;
	uint64_t hash = 0;

	int r = iw_copy_content(origin->fd, fd, (uint64_t)origin->stat.st_size,
				iw_store_is_stopped(store));
	if (r == 0)
		r = iw_hash_file(fd, iw_store_is_stopped(store), &hash);
	if (r == 0)
		r = unless_unknown(iw_hash_put(fd, hash));
	if (r == 0)
		r = unless_unknown(iw_newest_put_source(fd, &origin->stat));
	if (r == 0)
		r = iw_meta_copy(origin->fd, fd, &origin->stat, flags);
	if (r == 0 && (r = iw_origin_has_changed(origin)) == 1)
		r = -EAGAIN;
	return r;
}

/* Whether two stored files have the same content: by their checksums if they differ. */
static int is_same_content(const struct iw_store *store, int fd, int other_fd)
{
	uint64_t hash;
	uint64_t other;

	if (iw_hash_get(fd, &hash) == 0 && iw_hash_get(other_fd, &other) == 0 &&
	    hash != other)
		return 0;
	return iw_hash_is_same_content(fd, other_fd, iw_store_is_stopped(store));
}

/* Looks what is new about the copy. Returns 1 if anything but the source's change time.
 */
static int compare_copy(const struct iw_putting *putting, int fd, uint64_t len,
			struct iw_copied *copied)
{
	struct stat current;
	IW_AUTO_CLOSE int current_fd =
		open_current(putting->store, &putting->spot, &current);

	if (current_fd < 0 || (uint64_t)current.st_size != len)
		return 1;
	int r = is_same_content(putting->store, fd, current_fd);
	if (r <= 0)
		return r < 0 ? r : 1;
	copied->replaces = true;
	r = iw_meta_is_same(fd, current_fd);
	return r < 0 ? r : !r;
}

static int put_file(struct iw_putting *putting, struct iw_origin *origin)
{
	struct iw_store *store = putting->store;
	struct iw_copied copied = {.replaces = false};

	if (!iw_store_config(store)->verifies &&
	    is_file_done(store, &putting->spot, &origin->stat) == 1)
		return 0;
	int r = 1;
	for (int tries = 0; r == 1 && tries < MOST_TRIES; tries++)
		r = let_tick_pass(origin);
	if (r < 0)
		return r;
	/* By blocks: holes take no room. */
	if (!iw_store_has_room(store, (uint64_t)origin->stat.st_blocks * 512))
		return -EDQUOT;
	IW_AUTO_CLOSE int fd = iw_store_make_temporary(store, copied.name);
	if (fd < 0)
		return fd;
	r = fill_copy(store, origin, fd);
	const int is_news = r < 0 ? r
				  : compare_copy(putting, fd,
						 (uint64_t)origin->stat.st_size, &copied);
	if (is_news >= 0 && IW_RETRY(fsync(fd)) < 0)
		r = -errno;
	else
		r = is_news < 0 ? is_news : iw_rotate_commit(putting, &copied);
	if (r < 0)
		unlinkat(iw_store_temporary_fd(store), copied.name, 0);
	else if (is_news)
		tell_stored(putting, copied.version_ns, &origin->stat);
	if (r == 0 && !copied.replaces)
		iw_store_add_len(store, (int64_t)origin->stat.st_blocks * 512);
	return r;
}

/* ---- Links and directories ---- */

static bool has_link(const struct iw_putting *putting, const char *target,
		     const struct stat *source)
{
	char stored[PATH_MAX];
	struct stat current;
	IW_AUTO_CLOSE int fd =
		iw_beneath_open(iw_store_fd(putting->store), putting->spot.current.data,
				O_PATH | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &current) < 0 || !S_ISLNK(current.st_mode))
		return false;
	const ssize_t n = readlinkat(fd, "", stored, sizeof(stored) - 1);
	if (n < 0)
		return false;
	stored[n] = '\0';
	return strcmp(stored, target) == 0 &&
	       is_same_time(&current.st_mtim, &source->st_mtim);
}

static int put_link(struct iw_putting *putting, const struct iw_origin *origin)
{
	const int temporary_fd = iw_store_temporary_fd(putting->store);
	struct iw_copied copied = {.replaces = false};
	char target[PATH_MAX];
	const ssize_t n = readlinkat(origin->fd, "", target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (has_link(putting, target, &origin->stat))
		return 0;
	iw_store_name_temporary(putting->store, copied.name);
	if (symlinkat(target, temporary_fd, copied.name) < 0)
		return -errno;
	int r = iw_meta_copy_link(temporary_fd, copied.name, &origin->stat);
	if (r == 0)
		r = iw_rotate_commit(putting, &copied);
	if (r < 0)
		unlinkat(temporary_fd, copied.name, 0);
	else
		tell_stored(putting, copied.version_ns, &origin->stat);
	return r;
}

static int put_directory(struct iw_putting *putting, const struct iw_origin *origin)
{
	size_t failed_len = 0;

	for (int tries = 0;; tries++) {
		IW_AUTO_CLOSE int fd = iw_store_make_directories(
			putting->store, putting->spot.current.data, &failed_len);

		if (fd >= 0)
			return iw_meta_copy_directory(fd, &origin->stat);
		if (failed_len == 0 || tries == 100)
			return fd;
		/* A file was there when it was stored last. */
		IW_AUTO_FREE char *blocking = iw_spot_prefix(&putting->spot, failed_len);
		if (!blocking)
			return -ENOMEM;
		const int r = iw_remove(putting->store, blocking, putting->listener);
		if (r < 0)
			return r;
	}
}

/* ---- All of them ---- */

static int skip(const struct iw_putting *putting, const struct iw_origin *origin)
{
	const struct iw_put_line line = {
		.event = IW_PUT_SKIPPED,
		.absolute = putting->spot.absolute,
		.mode = origin->stat.st_mode,
	};

	int r = iw_remove(putting->store, line.absolute, putting->listener);
	if (r == 0)
		putting->listener->told(putting->listener->context, &line);
	return r;
}

static int put_origin(struct iw_putting *putting, const struct iw_place *place)
{
	struct iw_origin origin;

	int r = iw_origin_open(place, &origin);
	if (r == -ENOENT || r == -ENOTDIR)
		return iw_remove(putting->store, putting->spot.absolute,
				 putting->listener);
	if (r < 0)
		return r;
	if (S_ISREG(origin.stat.st_mode))
		r = put_file(putting, &origin);
	else if (S_ISLNK(origin.stat.st_mode))
		r = put_link(putting, &origin);
	else if (!S_ISDIR(origin.stat.st_mode))
		r = skip(putting, &origin);
	else if (!iw_store_is_itself(putting->store, &origin.stat))
		r = put_directory(putting, &origin);
	if (origin.fd >= 0)
		close(origin.fd);
	return r;
}

int iw_put(struct iw_store *store, const struct iw_place *place, const char *absolute,
	   const struct iw_put_listener *listener)
{
	struct iw_putting putting = {.store = store, .listener = listener};
	int r = iw_spot_init(&putting.spot, absolute);

	for (int tries = 0; r == 0 || (r == -EAGAIN && tries < MOST_TRIES); tries++) {
		r = put_origin(&putting, place);
		if (r == 0)
			break;
	}
	iw_spot_done(&putting.spot);
	if (r == 0)
		r = iw_prune(store, absolute);
	if (r < 0 && r != -ECANCELED && r != -EAGAIN) {
		const struct iw_put_line line = {
			.event = IW_PUT_FAILED, .absolute = absolute, .error = -r};
		listener->told(listener->context, &line);
	}
	return r;
}
