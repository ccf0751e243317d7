/* SPDX-License-Identifier: MIT */
/*
 * A log inside the watched tree would feed itself: each record is a write, each write an
 * event. What writing does to that one file is hidden; that it is created, moved or
 * deleted is told as ever.
 */
#include <errno.h>
#include <sys/inotify.h>

#include "source/resolve.h"
#include "source/watcher-private.h"

static const uint32_t WRITING = IN_OPEN | IN_MODIFY | IN_ACCESS | IN_CLOSE;

bool iw_own_file_hides(const struct iw_watcher *watcher, uint32_t node,
		       const struct iw_raw_event *raw)
{
	const struct iw_own_file *own = &watcher->own_file;

	if (!own->name || !(raw->mask & WRITING))
		return false;
	const struct iw_node *fields = iw_tree_node(watcher->tree, node);
	if (raw->name_len == 0)
		return fields->inode == own->inode && fields->device == own->device;
	return raw->name_len == own->name_len && fields->inode == own->dir_inode &&
	       fields->device == own->dir_device &&
	       memcmp(raw->name, own->name, own->name_len) == 0;
}

int iw_watcher_set_own_file(struct iw_watcher *watcher, int fd)
{
	struct iw_own_file *own = &watcher->own_file;
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct stat file;
	struct stat dir;

	free(own->name);
	*own = (struct iw_own_file){0};
	if (fd < 0 || IW_RETRY(fstat(fd, &file)) < 0 || !S_ISREG(file.st_mode))
		return 0;
	int r = iw_resolve_path_of(fd, &path);
	if (r == -ENOMEM)
		return r;
	char *slash = r == 0 ? strrchr(path.data, '/') : NULL;
	if (!slash)
		return 0;
	*slash = '\0';
	if (stat(path.data[0] ? path.data : "/", &dir) < 0)
		return 0;
	own->name = strdup(slash + 1);
	if (!own->name)
		return -ENOMEM;
	own->name_len = strlen(own->name);
	own->dir_inode = dir.st_ino;
	own->dir_device = iw_walk_device(&dir);
	own->inode = file.st_ino;
	own->device = iw_walk_device(&file);
	return 0;
}
