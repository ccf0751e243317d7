/* SPDX-License-Identifier: MIT */
/*
 * The first visit of a PATH takes no descriptors: each directory on the way to it, and
 * what it names, is watched by its path. In the end that is proved at once: nothing at
 * all is queued, so nothing on the way was moved since it was watched, and the name in
 * the last directory stands for the same as before; and each path on the way still leads
 * to the watch that it led to, so none of these directories has been removed, which may
 * be told late. Mounts are seen in their table. Whatever is not as simple as that, or
 * fails, is left to the visit step by step (roots.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>

#include "source/inotify.h"
#include "source/roots-private.h"

enum { MAX_DIRECTORIES = 32 };

/* The way to a PATH. */
struct way {
	char *path;
	int32_t wds[MAX_DIRECTORIES]; /* of the directories that path goes through */
	size_t len;
};

/* What is found at its end. */
struct watched {
	int wd;
	struct stat st;
};

/* No name in it is empty, "." or "..": each piece of it means what it seems to mean. */
static bool is_plain(const char *path)
{
	const char *name = path + (*path == '/');

	for (;;) {
		const size_t len = strcspn(name, "/");

		if (len == 0 || strncmp(name, "..", len) == 0)
			return false;
		if (name[len] == '\0')
			return true;
		name += len + 1;
	}
}

/* Watches the directory that path leads to before slash. Returns a wd or -errno. */
static int watch_until(const struct iw_watcher *watcher, const char *path, char *slash)
{
	const bool has_name = !strchr(slash + 1, '/');
	const uint32_t mask = IW_ANCHOR_SELF | (has_name ? IW_ANCHOR_NAMES : 0);

	*slash = '\0';
	const int wd =
		iw_inotify_add(watcher->fd, path, mask | IN_ONLYDIR | IN_DONT_FOLLOW);
	*slash = '/';
	return wd;
}

/* Returns 0 or -errno. */
static int anchor(struct iw_watcher *watcher, uint32_t root, struct way *way)
{
	const char *last = strrchr(way->path, '/');
	const char *name = last ? last + 1 : way->path;
	int wd = 0;
	int r = 0;

	for (char *slash = strchr(way->path + 1, '/'); slash && r == 0;
	     slash = strchr(slash + 1, '/')) {
		if (way->len == MAX_DIRECTORIES)
			return -E2BIG;
		r = wd = watch_until(watcher, way->path, slash);
		if (r > 0)
			r = iw_anchors_add(&watcher->anchors, root, wd, "", 0);
		way->wds[way->len++] = wd;
	}
	if (r == 0 && way->len == 0)
		r = wd = iw_inotify_add(watcher->fd, last ? "/" : ".", IW_ANCHOR_NAMES);
	return r < 0 ? r
		     : iw_anchors_add(&watcher->anchors, root, wd, name, strlen(name));
}

/* A watch that was set on something else than was meant. Returns 0 or -ENOMEM. */
static int take_back(struct iw_watcher *watcher, int wd)
{
	if (wd < 0 || iw_tree_find_wd(watcher->tree, wd) ||
	    iw_anchors_use(&watcher->anchors, wd))
		return 0;
	return iw_watcher_remove_wd(watcher, wd);
}

/* Returns 1 if the way is still the one that was anchored, 0 if not, or -ENOMEM. */
static int is_proven(struct iw_watcher *watcher, struct way *way)
{
	size_t i = 0;

	for (char *slash = strchr(way->path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		const int wd = watch_until(watcher, way->path, slash);

		if (wd != way->wds[i++])
			return take_back(watcher, wd);
	}
	return iw_input_end(watcher) == watcher->position;
}

/* Returns the path without slashes at its end, or NULL if it is not to be used so. */
static char *copy_path(const struct iw_node *fields)
{
	char *path = iw_node_copy_name(fields);

	for (size_t len = fields->name_len; path && len > 1 && path[len - 1] == '/';)
		path[--len] = '\0';
	if (!path || is_plain(path) || strcmp(path, ".") == 0)
		return path;
	free(path);
	return NULL;
}

/* Returns 1 if path, which root has, is watched, 0 or -ENOMEM. */
static int watch(struct iw_watcher *watcher, uint32_t root, char *path,
		 struct watched *ret_watched)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, root);
	struct way way = {.path = path};
	struct stat st;

	/* The working directory itself stays what it is, wherever it is moved. */
	if (strcmp(path, ".") != 0) {
		watcher->anchors.round++;
		fields->flags |= IW_NODE_ANCHORED;
		if (anchor(watcher, root, &way) < 0)
			return 0;
	}
	/* A slash at the end, which path has lost, is for directories only. */
	if (IW_RETRY(fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW)) < 0 ||
	    S_ISLNK(st.st_mode) ||
	    (!S_ISDIR(st.st_mode) && path[fields->name_len - 1] == '\0'))
		return 0;
	const uint32_t mask = iw_roots_choose_mask(watcher, S_ISDIR(st.st_mode));
	const int wd = iw_inotify_add(watcher->fd, path, mask | IN_DONT_FOLLOW);
	if (wd < 0)
		return 0;
	int r = is_proven(watcher, &way);
	if (r <= 0)
		return r < 0 ? r : take_back(watcher, wd);
	*ret_watched = (struct watched){wd, st};
	return 1;
}

/* Another thread could change what a relative path means in between. */
static bool has_one_meaning(const struct iw_watcher *watcher,
			    const struct iw_node *fields)
{
	return watcher->config.may_change_directory || *iw_node_name(fields) == '/';
}

int iw_by_name_visit(struct iw_watcher *watcher, uint32_t root)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, root);
	struct watched watched = {0};

	if (fields->wd || (fields->flags & IW_NODE_ANCHORED) ||
	    iw_watcher_is_telling(watcher) || !has_one_meaning(watcher, fields))
		return 0;
	IW_AUTO_FREE char *path = copy_path(fields);
	int r = path ? watch(watcher, root, path, &watched) : 0;
	if (r <= 0)
		return r;
	r = iw_roots_bind(watcher, root, watched.wd, &watched.st);
	if (r > 0 && S_ISDIR(watched.st.st_mode))
		r = iw_roots_list(watcher, root, AT_FDCWD, path);
	return r < 0 ? r : 1;
}
