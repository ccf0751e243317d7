/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells, for a backup: which paths have to be looked at again. A record
 * is never more than a reason to look.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "cli/backup-private.h"
#include "cli/daemon.h"
#include "cli/notify.h"
#include "cli/remedy.h"
#include "cli/session.h"

static const uint32_t MASK = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE |
			     IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF;

/* ---- The store is not watched ---- */

/* Whatever leads there: a link, another mount. */
static bool is_store(void *context, const char *bytes, size_t len)
{
	const struct iw_backup *backup = context;
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct stat stat_of;

	return iw_buffer_append(&path, bytes, len) == 0 &&
	       iw_buffer_terminate(&path) == 0 && stat(path.data, &stat_of) == 0 &&
	       iw_store_is_itself(backup->store, &stat_of);
}

static int prune_store(struct iw_backup *backup)
{
	const struct iw_pattern pattern = {
		.matches = is_store,
		.context = backup,
		.subject = IW_SUBJECT_FULL,
		.is_dir_only = true,
	};

	return iw_filter_add(backup->filter, IW_FILTER_IGNORE, &pattern);
}

/* ---- Records ---- */

/* Which PATH a path belongs to. */
static bool find_root(const struct iw_backup *backup, const struct iw_path *path,
		      size_t *ret_root)
{
	for (size_t i = 0; i < backup->roots_len; i++) {
		const char *root = backup->roots[i].path;

		if (strlen(root) == path->root_len &&
		    memcmp(root, path->bytes, path->root_len) == 0) {
			*ret_root = i;
			return true;
		}
	}
	return false;
}

/* What of a path has to be looked at. */
enum depth {
	ALONE, /* it, when it has rested */
	LEVEL, /* with what is directly below it, if it is a directory then */
	AGAIN, /* with all below it, if it is a directory then */
	DEEP,  /* with all below it, now */
};

static const unsigned tags[] = {
	[LEVEL] = IW_BACKUP_NEW,
	[AGAIN] = IW_BACKUP_AGAIN,
};

/* Has a path looked at. */
static int look(struct iw_backup *backup, const struct iw_path *path, enum depth depth)
{
	size_t root;
	size_t len;

	if (!find_root(backup, path, &root))
		return 0;
	const char *below = iw_path_below_root(path, &len);
	/* Of a directory itself the name ends in a slash. */
	while (len > 0 && below[len - 1] == '/')
		len--;
	if (depth == DEEP)
		return iw_backup_add_pass(backup, root, below, len, false);
	/* Records are not terminated. */
	IW_AUTO_BUFFER struct iw_buffer text = IW_BUFFER_INIT;
	const int r = iw_buffer_append(&text, below, len);
	return r == 0 && iw_buffer_terminate(&text) == 0
		       ? iw_backup_touch(backup, root, text.data, tags[depth])
		       : -ENOMEM;
}

static int look_everywhere(struct iw_backup *backup)
{
	int r = 0;

	for (size_t i = 0; i < backup->roots_len && r == 0; i++)
		r = iw_backup_add_pass(backup, i, "", 0, false);
	return r;
}

static int on_ready(struct iw_backup *backup)
{
	const int fd = backup->options->ready_fd;

	if (!iw_watcher_has_any(backup->watcher)) {
		iw_say(backup->messages, IW_ERROR, "nothing could be watched");
		iw_backup_end(backup, IW_STATUS_ERROR);
		return -ECANCELED;
	}
	backup->is_ready = true;
	iw_notify(backup->messages, "STATUS=Comparing with the store");
	iw_say(backup->messages, IW_INFO, "Watches established.");
	if (fd >= 0 && write(fd, "\n", 1) != 1)
		iw_say(backup->messages, IW_WARNING, "cannot write to --ready-fd %d: %s",
		       fd, strerror(errno));
	if (fd > STDERR_FILENO)
		close(fd);
	iw_daemon_release_parent(&backup->daemon_fd, backup->messages);
	return look_everywhere(backup);
}

static int on_lost(struct iw_backup *backup, const struct iw_record *record)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer remedy = IW_BUFFER_INIT;

	if (iw_path_append_plain(&path, &record->path) < 0 ||
	    iw_buffer_terminate(&path) < 0 ||
	    iw_remedy_append(&remedy, record->error) < 0 ||
	    iw_buffer_terminate(&remedy) < 0)
		return -ENOMEM;
	iw_say(backup->messages, IW_ERROR, "cannot watch %s: %s%s%s", path.data,
	       strerror(record->error), remedy.len ? "; " : "", remedy.data);
	/* What is gone is deleted in the store too. */
	return look(backup, &record->path, ALONE);
}

/* Comparing sees neither what is put just now, nor that its source has gone. */
static int on_synced(struct iw_backup *backup, const struct iw_record *record)
{
	if (!backup->is_ready)
		return 0;
	const int r = iw_backup_touch_running(backup);
	if (r < 0)
		return r;
	return record->path.bytes ? look(backup, &record->path, DEEP)
				  : look_everywhere(backup);
}

static int on_control(struct iw_backup *backup, const struct iw_record *record)
{
	switch (record->event) {
	case IW_READY:
		return on_ready(backup);
	case IW_LOST:
		return on_lost(backup, record);
	case IW_OVERFLOW:
		iw_say(backup->messages, IW_WARNING,
		       "the kernel's queue overflowed and events were lost; comparing");
		return 0;
	case IW_SYNCED:
		return on_synced(backup, record);
	default:
		return 0;
	}
}

/*
 * Of a directory that was moved nothing tells what is in it. It is compared when it was
 * put, and so behind whatever is put just now of the one that was there before.
 */
static enum depth depth_of(const struct iw_record *record)
{
	if (!iw_record_is_dir(record))
		return ALONE;
	switch (record->event) {
	case IW_MOVE:
	case IW_EXCHANGE:
	case IW_MOVED_OUT:
	case IW_DELETE:
		return AGAIN;
	case IW_CREATE:
	case IW_FOUND:
	case IW_MOVED_IN:
		return LEVEL;
	default:
		return ALONE;
	}
}

static int on_record(void *context, const struct iw_record *record)
{
	struct iw_backup *backup = context;
	const bool is_moved = record->event == IW_MOVE || record->event == IW_EXCHANGE;

	if (iw_event_is_control(record->event))
		return on_control(backup, record);
	int r = look(backup, &record->path, depth_of(record));
	if (r == 0 && is_moved)
		r = look(backup, &record->from, depth_of(record));
	return r;
}

/* ---- The watcher ---- */

int iw_backup_watch(struct iw_backup *backup)
{
	IW_AUTO_BUFFER struct iw_buffer remedy = IW_BUFFER_INIT;
	const struct iw_options *options = backup->options;
	const struct iw_watcher_config config = {
		.mask = MASK,
		.is_recursive = true,
		.is_link_watched = options->is_link_watched,
		.is_one_file_system = options->is_one_file_system,
		.is_paired = true,
		.max_depth = options->max_depth,
		.filter = backup->filter,
		.record = on_record,
		.context = backup,
	};

	int r = prune_store(backup);
	if (r == 0)
		r = iw_watcher_new(&config, &backup->watcher);
	if (r < 0 && r != -ENOMEM && iw_remedy_append(&remedy, -r) == 0 &&
	    iw_buffer_terminate(&remedy) == 0)
		iw_say(backup->messages, IW_ERROR, "cannot start inotify: %s; %s",
		       strerror(-r), remedy.data);
	for (size_t i = 0; i < backup->roots_len && r == 0; i++) {
		const char *path = backup->roots[i].path;

		r = iw_watcher_add(backup->watcher, path, strlen(path));
		if (r == -EINVAL || r == -ENAMETOOLONG)
			iw_say(backup->messages, IW_ERROR, "'%s' cannot be a PATH: %s",
			       path, strerror(-r));
	}
	return r;
}

static void on_source(uv_poll_t *handle IW_UNUSED, int status IW_UNUSED,
		      int events IW_UNUSED)
{
	/* Waking up is all: the turn that follows reads. */
}

/* After the first turn, which opens them. A turn is due when it has been added. */
static int poll_source(struct iw_backup *backup)
{
	const struct iw_watcher_fds fds = iw_watcher_fds(backup->watcher);

	int r = uv_poll_init(&backup->uv, &backup->queue, fds.queue);
	if (r == 0)
		r = uv_poll_start(&backup->queue, UV_READABLE, on_source);
	if (r == 0 && fds.mounts >= 0)
		r = uv_poll_init(&backup->uv, &backup->mounts, fds.mounts);
	if (r == 0 && fds.mounts >= 0)
		r = uv_poll_start(&backup->mounts, UV_PRIORITIZED, on_source);
	backup->is_watching = true;
	return r < 0 ? r : 1;
}

int iw_backup_read_events(struct iw_backup *backup)
{
	const int r = iw_watcher_turn(backup->watcher);

	if (r < 0)
		return r == -ECANCELED ? 0 : r;
	return backup->is_watching ? r : poll_source(backup);
}
