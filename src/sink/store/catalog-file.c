/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <sys/stat.h>

#include "sink/store/catalog-private.h"

/* How often a file is looked at anew because a writer has just stored it. */
enum { MOST_TRIES = 20 };

/* What is put together about one name. */
struct gathering {
	struct iw_catalog_walk *walk;
	const char *name;
	struct iw_catalog_version *versions;
	size_t len;
	struct stat newest; /* current/PATH as it was looked at; all 0: not there */
	bool is_directory;
};

static int add_version(struct gathering *gathering,
		       const struct iw_catalog_version *version)
{
	struct iw_catalog_version *grown =
		reallocarray(gathering->versions, gathering->len + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	gathering->versions = grown;
	grown[gathering->len++] = *version;
	return 0;
}

static void tell(const struct gathering *gathering, const char *folder,
		 const char *reason, int error)
{
	iw_catalog_tell(gathering->walk, folder, gathering->name, reason, error);
}

/* Something is wrong with versions/PLACE/NAME/entry. */
static void tell_entry(const struct gathering *gathering, const char *entry,
		       const char *reason, int error)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;

	if (iw_buffer_printf(&path, "%s/%s", gathering->name, entry) == 0 &&
	    iw_buffer_terminate(&path) == 0)
		iw_catalog_tell(gathering->walk, IW_LAYOUT_VERSIONS, path.data, reason,
				error);
}

static bool is_storable(mode_t mode)
{
	return S_ISREG(mode) || S_ISLNK(mode);
}

static struct iw_catalog_version version_of(const struct stat *stat, int64_t time_ns)
{
	return (struct iw_catalog_version){
		.time_ns = time_ns,
		.mode = stat->st_mode,
		.size = stat->st_size,
		.dev = stat->st_dev,
		.ino = stat->st_ino,
	};
}

/* One entry of versions/PATH: a version, a deletion, or something below. */
static int gather_entry(struct gathering *gathering, int versions_fd, const char *entry)
{
	struct iw_layout_version named;
	struct stat stat;

	if (iw_layout_parse_version(entry, strlen(entry), &named) < 0) {
		gathering->is_directory = true;
		return 0;
	}
	if (fstatat(versions_fd, entry, &stat, AT_SYMLINK_NOFOLLOW) < 0) {
		/* A writer may let it go while we read. */
		if (errno != ENOENT)
			tell_entry(gathering, entry, "cannot be looked at", -errno);
		return 0;
	}
	if (!is_storable(stat.st_mode)) {
		tell_entry(gathering, entry, "is no version: neither file nor link", 0);
		return 0;
	}
	if (named.is_deleted && (!S_ISREG(stat.st_mode) || stat.st_size > 0)) {
		tell_entry(gathering, entry, "says deleted, but is not empty", 0);
		return 0;
	}
	struct iw_catalog_version version = version_of(&stat, named.time_ns);
	version.is_deleted = named.is_deleted;
	return add_version(gathering, &version);
}

static int compare_versions(const void *a, const void *b)
{
	const struct iw_catalog_version *first = a;
	const struct iw_catalog_version *second = b;

	if (first->time_ns != second->time_ns)
		return first->time_ns < second->time_ns ? -1 : 1;
	return first->is_deleted - second->is_deleted;
}

/* All of versions/PATH. Returns its descriptor, -1 if there is none, or -ENOMEM. */
static int gather_older(struct gathering *gathering, int parent_fd)
{
	struct iw_catalog_names names = {0};

	if (parent_fd < 0)
		return -1;
	const int fd = openat(parent_fd, gathering->name,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOENT)
			tell(gathering, IW_LAYOUT_VERSIONS, "is no directory of versions",
			     -errno);
		return -1;
	}
	int r = iw_catalog_names_read(&names, fd);
	if (r < 0 && r != -ENOMEM) {
		tell(gathering, IW_LAYOUT_VERSIONS, "cannot be read", r);
		r = 0;
	}
	for (size_t i = 0; r == 0 && i < names.len; i++)
		r = gather_entry(gathering, fd, names.names[i]);
	iw_catalog_names_done(&names);
	if (gathering->len)
		qsort(gathering->versions, gathering->len, sizeof(*gathering->versions),
		      compare_versions);
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

/* The text of a link, or of a file where there are no links. Returns its length or
 * -errno. */
static ssize_t read_short(int dir_fd, const char *name, char *text, size_t len)
{
	const ssize_t n = readlinkat(dir_fd, name, text, len);

	if (n >= 0)
		return n;
	if (errno != EINVAL)
		return -errno;
	IW_AUTO_CLOSE int fd =
		openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	const ssize_t got = IW_RETRY(read(fd, text, len));
	return got < 0 ? -errno : got;
}

/* Returns true if the store says when its newest version was stored. */
static bool read_newest_time(const struct gathering *gathering, int newest_fd,
			     int64_t *ret_time_ns)
{
	char text[IW_LAYOUT_TIME_LEN + 2];

	if (newest_fd < 0)
		return false;
	ssize_t len = read_short(newest_fd, gathering->name, text, sizeof(text));
	if (len == -ENOENT || len == -ENOTDIR)
		return false;
	if (len == IW_LAYOUT_TIME_LEN + 1 && text[len - 1] == '\n')
		len--;
	if (len > 0 && iw_layout_parse_time(text, (size_t)len, ret_time_ns) == 0)
		return true;
	tell(gathering, IW_LAYOUT_NEWEST, "is no time", len < 0 ? (int)len : 0);
	return false;
}

/* A writer was stopped between making it an older one and putting the next in its place
 * (or taking it away). Returns true if it is among them. */
static bool is_older_already(struct gathering *gathering, const struct stat *stat)
{
	for (size_t i = gathering->len; i-- > 0;) {
		struct iw_catalog_version *version = &gathering->versions[i];

		if (version->ino == stat->st_ino && version->dev == stat->st_dev &&
		    !version->is_deleted) {
			version->is_current = i + 1 == gathering->len;
			return true;
		}
	}
	return false;
}

/* current/PATH, which is newer than all others. */
static int gather_newest(struct gathering *gathering,
			 const struct iw_catalog_level *level)
{
	const struct stat *stat = &gathering->newest;
	int64_t time_ns = 0;

	if (stat->st_ino == 0)
		return 0;
	if (S_ISDIR(stat->st_mode)) {
		gathering->is_directory = true;
		return 0;
	}
	if (!is_storable(stat->st_mode)) {
		tell(gathering, IW_LAYOUT_CURRENT, "is neither file, link nor directory",
		     0);
		return 0;
	}
	if (stat->st_nlink > 1 && is_older_already(gathering, stat))
		return 0;
	const bool is_known = read_newest_time(gathering, level->newest_fd, &time_ns);
	/* It was stored after it was written, and after what it took the place of. */
	if (!is_known && __builtin_mul_overflow((int64_t)stat->st_mtim.tv_sec,
						INT64_C(1000000000), &time_ns))
		time_ns = 0;
	const int64_t before_ns =
		gathering->len ? gathering->versions[gathering->len - 1].time_ns
			       : INT64_MIN;
	if (before_ns >= time_ns)
		time_ns = before_ns + (before_ns < INT64_MAX);
	struct iw_catalog_version version = version_of(stat, time_ns);
	version.is_current = true;
	version.is_guessed = !is_known;
	return add_version(gathering, &version);
}

/* The status of current/NAME; all 0 if it is not there. */
static struct stat look(const struct gathering *gathering,
			const struct iw_catalog_level *level)
{
	struct stat stat;

	if (level->current_fd >= 0 &&
	    fstatat(level->current_fd, gathering->name, &stat, AT_SYMLINK_NOFOLLOW) == 0)
		return stat;
	if (level->current_fd >= 0 && errno != ENOENT)
		tell(gathering, IW_LAYOUT_CURRENT, "cannot be looked at", -errno);
	return (struct stat){0};
}

/* A writer that links, renames or removes the newest version changes its change time. */
static bool is_same(const struct stat *one, const struct stat *other)
{
	return one->st_ino == other->st_ino && one->st_nlink == other->st_nlink &&
	       one->st_ctim.tv_sec == other->st_ctim.tv_sec &&
	       one->st_ctim.tv_nsec == other->st_ctim.tv_nsec;
}

/*
 * All versions of a name, as they were at one moment although a writer is at work: the
 * newest is the same before and after. Returns as gather_older().
 */
static int gather(struct gathering *gathering, const struct iw_catalog_level *level)
{
	struct stat now = look(gathering, level);

	for (int tries = 0;; tries++) {
		gathering->len = 0;
		gathering->is_directory = false;
		gathering->newest = now;
		const int versions_fd = gather_older(gathering, level->versions_fd);
		const int r =
			versions_fd < -1 ? versions_fd : gather_newest(gathering, level);

		now = look(gathering, level);
		if (r == 0 && (tries == MOST_TRIES || S_ISDIR(now.st_mode) ||
			       is_same(&now, &gathering->newest)))
			return versions_fd;
		iw_cleanup_close(&versions_fd);
		if (r < 0)
			return r;
	}
}

int iw_catalog_show_file(struct iw_catalog_walk *walk,
			 const struct iw_catalog_level *level, const char *name,
			 bool *ret_is_directory)
{
	struct gathering gathering = {.walk = walk, .name = name};

	const int versions_fd = gather(&gathering, level);
	int r = versions_fd < -1 ? versions_fd : 0;
	const struct iw_catalog_file file = {
		.path = walk->path.data,
		.store_name = name,
		.versions = gathering.versions,
		.versions_len = gathering.len,
		.current_fd = level->current_fd,
		.versions_fd = versions_fd,
	};
	if (r == 0 && gathering.len && walk->visitor->file)
		r = walk->visitor->file(walk->visitor->context, &file);
	iw_cleanup_close(&versions_fd);
	free(gathering.versions);
	*ret_is_directory = gathering.is_directory;
	return r < 0 ? r : gathering.len > 0;
}

const struct iw_catalog_version *iw_catalog_at(const struct iw_catalog_file *file,
					       int64_t at_ns)
{
	const struct iw_catalog_version *found = NULL;

	for (size_t i = 0; i < file->versions_len; i++) {
		if (file->versions[i].time_ns <= at_ns)
			found = &file->versions[i];
	}
	return found && !found->is_deleted ? found : NULL;
}

/* Where a version lies. Returns the directory's descriptor and the name in it. */
static int place_of(const struct iw_catalog_file *file,
		    const struct iw_catalog_version *version,
		    char text[IW_LAYOUT_TIME_LEN + 1], const char **ret_name)
{
	if (version->is_current) {
		*ret_name = file->store_name;
		return file->current_fd;
	}
	iw_layout_format_time(version->time_ns, text);
	*ret_name = text;
	return file->versions_fd;
}

/* Opens whatever it is, and looks whether it is that version still. */
static int open_same(const struct iw_catalog_file *file,
		     const struct iw_catalog_version *version, int flags)
{
	char text[IW_LAYOUT_TIME_LEN + 1];
	const char *name;
	struct stat stat;

	if (version->is_deleted)
		return -EINVAL;
	const int dir_fd = place_of(file, version, text, &name);
	const int fd = openat(dir_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int r = fstat(fd, &stat) < 0 ? -errno : 0;
	if (r == 0 && (stat.st_ino != version->ino || stat.st_dev != version->dev))
		r = -ESTALE;
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

int iw_catalog_open(const struct iw_catalog_file *file,
		    const struct iw_catalog_version *version)
{
	/* Should it have become a FIFO meanwhile, nobody waits. */
	return open_same(file, version, O_RDONLY | O_NONBLOCK);
}

int iw_catalog_read_link(const struct iw_catalog_file *file,
			 const struct iw_catalog_version *version,
			 struct iw_buffer *target)
{
	IW_AUTO_CLOSE int fd = open_same(file, version, O_PATH);
	size_t room = 256;

	if (fd < 0)
		return fd;
	for (;; room *= 2) {
		int r = iw_buffer_reserve(target, room);
		if (r < 0)
			return r;
		const ssize_t n = readlinkat(fd, "", target->data + target->len, room);
		if (n < 0)
			return -errno;
		if ((size_t)n < room) {
			target->len += (size_t)n;
			return iw_buffer_terminate(target);
		}
	}
}
