/* SPDX-License-Identifier: MIT */
#include "source/places.h"

#include <errno.h>
#include <fcntl.h>

#include "source/resolve.h"
#include "source/watcher-private.h"

void iw_places_done(struct iw_places *places)
{
	for (size_t i = 0; i < places->len; i++)
		free(places->items[i].path);
	free(places->items);
	*places = (struct iw_places){0};
}

/* The real path of what given names, or of where that would be. Returns 0 or -errno. */
static int real_path(const char *given, int how, struct iw_buffer *path, struct stat *st)
{
	IW_AUTO_CLOSE int fd = IW_RETRY(open(given, O_PATH | O_CLOEXEC | how));

	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	return iw_resolve_path_of(fd, path);
}

/* A PATH that is not there lies where its directory is. Returns 0 or -errno. */
static int expected_path(char *given, struct iw_buffer *path)
{
	struct stat st;
	size_t len = strlen(given);

	while (len > 1 && given[len - 1] == '/')
		given[--len] = '\0';
	char *slash = strrchr(given, '/');
	const char *name = slash ? slash + 1 : given;
	IW_AUTO_FREE char *last = strdup(name);
	if (!last)
		return -ENOMEM;
	if (slash)
		slash[slash == given ? 1 : 0] = '\0';
	int r = real_path(slash ? given : ".", O_DIRECTORY, path, &st);
	if (r == 0 && path->len > 1)
		r = iw_buffer_append_char(path, '/');
	if (r == 0)
		r = iw_buffer_append_str(path, last);
	return r < 0 ? r : iw_buffer_terminate(path);
}

/* Fills in where root is, or would be. Returns 0 or -ENOMEM. */
static int find_place(const struct iw_watcher *watcher, uint32_t root,
		      struct iw_place *ret_place)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, root);
	const int how = watcher->config.is_link_watched ? O_NOFOLLOW : 0;
	IW_AUTO_FREE char *given = iw_node_copy_name(fields);
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct stat st = {0};

	*ret_place = (struct iw_place){.root = root};
	if (!given)
		return -ENOMEM;
	int r = real_path(given, how, &path, &st);
	if (r < 0 && r != -ENOMEM)
		r = expected_path(given, &path);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	ret_place->is_dir = S_ISDIR(st.st_mode);
	ret_place->path = IW_TAKE_PTR(path.data);
	return 0;
}

static size_t count_roots(const struct iw_tree *tree)
{
	size_t count = 0;

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next)
		count++;
	return count;
}

int iw_places_find(const struct iw_watcher *watcher, struct iw_places *places)
{
	const size_t count = count_roots(watcher->tree);

	if (count < 2)
		return 0;
	places->items = calloc(count, sizeof(*places->items));
	if (!places->items)
		return -ENOMEM;
	for (uint32_t root = iw_tree_first_root(watcher->tree); root;
	     root = iw_tree_node(watcher->tree, root)->next) {
		struct iw_place *place = &places->items[places->len];

		int r = find_place(watcher, root, place);
		if (r < 0)
			return r;
		places->len++;
		if (place->is_dir) {
			const struct iw_place other = places->items[places->dirs];

			places->items[places->dirs++] = *place;
			*place = other;
		}
	}
	return 0;
}

bool iw_place_lies_in(const struct iw_place *inner, const struct iw_place *outer)
{
	if (!inner->path || !outer->path || !outer->is_dir)
		return false;
	const size_t len = strcmp(outer->path, "/") == 0 ? 0 : strlen(outer->path);

	return strncmp(inner->path, outer->path, len) == 0 && inner->path[len] == '/' &&
	       inner->path[len + 1];
}
