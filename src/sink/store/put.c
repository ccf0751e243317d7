/* SPDX-License-Identifier: MIT */
#include "sink/store/put.h"

#include <errno.h>
#include <fcntl.h>
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

/* What takes so long that others are not to wait for it. */
static const off_t LARGE_LEN = 8 << 20;

static int64_t time_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
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

void iw_put_tell_stored(const struct iw_putting *putting)
{
	const struct iw_put_line line = {
		.event = IW_PUT_STORED,
		.absolute = putting->spot.absolute,
		.version_ns = putting->copied.version_ns,
		.len = putting->copied.len,
	};

	if (putting->copied.is_news)
		putting->listener->told(putting->listener->context, &line);
}

void iw_put_drop(struct iw_putting *putting)
{
	unlinkat(iw_store_temporary_fd(putting->store), putting->copied.name, 0);
	iw_store_add_len(putting->store, -putting->copied.room);
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
	       iw_put_is_same_time(&current.st_mtim, &source->st_mtim) &&
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
static int compare_copy(struct iw_putting *putting, int fd)
{
	struct stat current;
	IW_AUTO_CLOSE int current_fd =
		open_current(putting->store, &putting->spot, &current);

	if (current_fd < 0 || (uint64_t)current.st_size != putting->copied.len)
		return 1;
	int r = is_same_content(putting->store, fd, current_fd);
	if (r <= 0)
		return r < 0 ? r : 1;
	putting->copied.replaces = true;
	r = iw_meta_is_same(fd, current_fd);
	return r < 0 ? r : !r;
}

/* The copy is whole, and synced unless that is done later. */
static int finish_copy(struct iw_putting *putting, const struct iw_origin *origin, int fd)
{
	struct iw_copied *copied = &putting->copied;

	int r = fill_copy(putting->store, origin, fd);
	if (r == 0)
		r = compare_copy(putting, fd);
	if (r < 0)
		return r;
	copied->is_news = r > 0;
	if (putting->when == IW_DURABLE_NOW && IW_RETRY(fsync(fd)) < 0)
		return -errno;
	/* By blocks: holes take no room. */
	copied->room = copied->replaces ? 0 : (int64_t)origin->stat.st_blocks * 512;
	iw_store_add_len(putting->store, copied->room);
	return 1;
}

static int put_file(struct iw_putting *putting, struct iw_origin *origin)
{
	struct iw_store *store = putting->store;

	if (!iw_store_config(store)->verifies &&
	    is_file_done(store, &putting->spot, &origin->stat) == 1)
		return 0;
	if (putting->when == IW_DURABLE_LATER && origin->stat.st_size > LARGE_LEN)
		return -EBUSY;
	int r = 1;
	for (int tries = 0; r == 1 && tries < MOST_TRIES; tries++)
		r = let_tick_pass(origin);
	if (r < 0)
		return r;
	if (!iw_store_has_room(store, (uint64_t)origin->stat.st_blocks * 512))
		return -EDQUOT;
	putting->copied = (struct iw_copied){.len = (uint64_t)origin->stat.st_size};
	IW_AUTO_CLOSE int fd = iw_store_make_temporary(store, putting->copied.name);
	if (fd < 0)
		return fd;
	r = finish_copy(putting, origin, fd);
	if (r < 0)
		iw_put_drop(putting);
	return r;
}

/* ---- Directories ---- */

static int put_directory(struct iw_putting *putting, const struct iw_origin *origin)
{
	size_t failed_len = 0;

	for (int tries = 0;; tries++) {
		IW_AUTO_CLOSE int fd = iw_store_make_directories(
			putting->store, putting->spot.current.data, putting->when,
			&failed_len);

		if (fd >= 0)
			return iw_meta_copy_directory(fd, &origin->stat);
		if (failed_len == 0 || tries == 100)
			return fd;
		if (putting->when == IW_DURABLE_LATER)
			return -EBUSY;
		/* A file was there when it was stored last. */
		IW_AUTO_FREE char *blocking = iw_spot_prefix(&putting->spot, failed_len);
		if (!blocking)
			return -ENOMEM;
		const int r =
			iw_remove_blocking(putting->store, blocking, putting->listener);
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

int iw_put_prepare(struct iw_putting *putting, const struct iw_place *place)
{
	struct iw_origin origin;

	int r = iw_origin_open(place, &origin);
	const bool is_gone = r == -ENOENT || r == -ENOTDIR;
	if (is_gone && putting->when == IW_DURABLE_LATER)
		return -EBUSY;
	if (is_gone)
		return iw_remove(putting->store, putting->spot.absolute,
				 putting->listener);
	if (r < 0)
		return r;
	if (S_ISREG(origin.stat.st_mode))
		r = put_file(putting, &origin);
	else if (S_ISLNK(origin.stat.st_mode))
		r = iw_put_link(putting, &origin);
	else if (!S_ISDIR(origin.stat.st_mode))
		r = putting->when == IW_DURABLE_LATER ? -EBUSY : skip(putting, &origin);
	else if (!iw_store_is_itself(putting->store, &origin.stat))
		r = put_directory(putting, &origin);
	if (origin.fd >= 0)
		close(origin.fd);
	return r;
}

/* A path by itself: each step is durable before the next. */
static int put_alone(struct iw_putting *putting, const struct iw_place *place)
{
	int r = iw_put_prepare(putting, place);

	if (r <= 0)
		return r;
	r = iw_rotate_commit(putting);
	if (r < 0)
		iw_put_drop(putting);
	else
		iw_put_tell_stored(putting);
	return r;
}

int iw_put(struct iw_store *store, const struct iw_place *place, const char *absolute,
	   const struct iw_put_listener *listener)
{
	struct iw_putting putting = {
		.store = store, .listener = listener, .when = IW_DURABLE_NOW};
	int r = iw_spot_init(&putting.spot, absolute);

	for (int tries = 0; r == 0 || (r == -EAGAIN && tries < MOST_TRIES); tries++) {
		r = put_alone(&putting, place);
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
