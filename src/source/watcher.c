/* SPDX-License-Identifier: MIT */
#include "source/watcher.h"

#include <errno.h>
#include <sys/inotify.h>
#include <time.h>

#include "source/inotify.h"
#include "source/moves-private.h"
#include "source/watcher-private.h"

enum { REMOVALS_BETWEEN_DRAINS = 1024 };

static const uint32_t READ_EVENTS = IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE;

/* What the tree must see to follow directories, whatever was asked for. */
static const uint32_t TREE_EVENTS =
	IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF;

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t iw_watcher_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t iw_watcher_realtime_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

static void set_masks(struct iw_watcher *watcher)
{
	const uint32_t asked = watcher->config.mask & IN_ALL_EVENTS;

	watcher->read_mask = asked & READ_EVENTS;
	watcher->dir_mask = (asked & ~READ_EVENTS) | IN_DELETE_SELF | IN_MOVE_SELF;
	if (watcher->config.is_recursive)
		watcher->dir_mask |= TREE_EVENTS;
	else if (asked & IN_MOVE)
		watcher->dir_mask |= IN_MOVE; /* one half alone could not be told right */
	watcher->file_mask = asked | IN_DELETE_SELF | IN_MOVE_SELF;
}

int iw_watcher_new(const struct iw_watcher_config *config,
		   struct iw_watcher **ret_watcher)
{
	IW_AUTO_CLOSE int fd = config->queue_fd > 0 ? config->queue_fd : -1;
	struct iw_watcher *watcher = calloc(1, sizeof(*watcher));

	if (!watcher)
		return -ENOMEM;
	watcher->config = *config;
	/* Then nothing has to be asked for each event. */
	if (iw_filter_is_empty(config->filter))
		watcher->config.filter = NULL;
	watcher->fd = IW_TAKE_FD(fd);
	watcher->mounts.epoll_fd = -1;
	watcher->mounts.wake_fd = watcher->mounts.ask_fd = -1;
	set_masks(watcher);
	iw_walk_init(&watcher->walk, !config->is_link_watched);
	int r = iw_tree_new(&watcher->tree);
	if (r == 0 && watcher->fd < 0)
		r = watcher->fd = iw_inotify_open();
	if (r >= 0)
		r = iw_mounts_open(watcher);
	if (r < 0) {
		iw_watcher_free(watcher);
		return r;
	}
	*ret_watcher = watcher;
	return 0;
}

void iw_watcher_free(struct iw_watcher *watcher)
{
	if (!watcher)
		return;
	iw_walk_clear(&watcher->walk);
	iw_siblings_end(watcher);
	iw_mounts_close(watcher);
	if (watcher->fd >= 0)
		close(watcher->fd);
	iw_tree_free(watcher->tree);
	iw_agenda_done(&watcher->agenda);
	iw_anchors_done(&watcher->anchors);
	iw_intmap_done(&watcher->removed);
	iw_node_stack_done(&watcher->aliases);
	iw_buffer_done(&watcher->siblings.found);
	iw_windows_done(&watcher->windows);
	iw_moves_done(watcher);
	iw_buffer_done(&watcher->input);
	iw_buffer_done(&watcher->backlog);
	for (size_t i = 0; i < IW_SPELT_COUNT; i++)
		iw_buffer_done(&watcher->spelt[i].path);
	iw_buffer_done(&watcher->from);
	free(watcher->own_file.name);
	free(watcher);
}

int iw_watcher_add(struct iw_watcher *watcher, const char *path, size_t len)
{
	struct iw_node_stack *visits = &watcher->agenda.visits;
	uint32_t root;

	if (len == 0 || memchr(path, '\0', len))
		return -EINVAL;
	int r = iw_tree_add(watcher->tree, IW_NO_NODE, path, len, &root);
	if (r == 0)
		r = iw_watcher_mark_dirty(watcher, root);
	if (r < 0)
		return r;
	/* Below all others: the PATH given first is visited first, with all its tree. */
	memmove(visits->nodes + 1, visits->nodes,
		(visits->len - 1) * sizeof(*visits->nodes));
	visits->nodes[0] = root;
	return 0;
}

int iw_watcher_fd(struct iw_watcher *watcher)
{
	return iw_mounts_fd(watcher);
}

struct iw_watcher_fds iw_watcher_fds(struct iw_watcher *watcher)
{
	return (struct iw_watcher_fds){
		.queue = watcher->fd,
		.mounts = iw_mounts_wake_fd(watcher),
	};
}

const struct iw_mount_table *iw_watcher_mounts(const struct iw_watcher *watcher)
{
	return watcher->mounts.is_whole ? &watcher->mounts.table : NULL;
}

int iw_watcher_mark_dirty(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_DIRTY)
		return 0;
	fields->flags |= IW_NODE_DIRTY;
	return iw_node_stack_push(&watcher->agenda.visits, node);
}

bool iw_watcher_is_telling(const struct iw_watcher *watcher)
{
	return watcher->is_ready || watcher->config.is_listed;
}

/* Whoever was an alias of this directory takes its watch over. Returns 0 or -ENOMEM. */
static int wake_aliases(struct iw_watcher *watcher, const struct iw_node *gone)
{
	struct iw_node_stack *aliases = &watcher->aliases;
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < aliases->len && r == 0; i++) {
		const uint32_t node = aliases->nodes[i];
		struct iw_node *fields = iw_tree_node(watcher->tree, node);

		if (!(fields->flags & IW_NODE_ALIAS))
			continue;
		if (fields->inode == gone->inode && fields->device == gone->device) {
			fields->flags &= (uint16_t)~IW_NODE_ALIAS;
			r = iw_watcher_mark_dirty(watcher, node);
		} else {
			aliases->nodes[kept++] = node;
		}
	}
	aliases->len = kept;
	return r;
}

int iw_watcher_remove_wd(struct iw_watcher *watcher, int32_t wd)
{
	/* Otherwise the kernel was faster, and has told so already. */
	if (iw_inotify_remove(watcher->fd, wd) < 0)
		return 0;
	return iw_intmap_put(&watcher->removed, (uint32_t)wd, 1);
}

int iw_watcher_unwatch(struct iw_watcher *watcher, uint32_t node)
{
	const struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->wd == 0)
		return 0;
	int r = 0;
	if (!iw_anchors_use(&watcher->anchors, fields->wd))
		r = iw_watcher_remove_wd(watcher, fields->wd);
	iw_tree_unbind(watcher->tree, node);
	watcher->state.watched--;
	return r == 0 && watcher->aliases.len ? wake_aliases(watcher, fields) : r;
}

static int release(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_node *fields = iw_tree_node(watcher->tree, node);

	if (fields->flags & IW_NODE_LOST)
		watcher->state.lost--;
	fields->flags = 0;
	iw_windows_close(&watcher->windows, node);
	iw_moves_forget(watcher, node);
	return iw_watcher_unwatch(watcher, node);
}

int iw_watcher_drop(struct iw_watcher *watcher, uint32_t top)
{
	size_t removals = 0;
	int r = 0;

	for (uint32_t node = top; node && r == 0;
	     node = iw_tree_next(watcher->tree, top, node)) {
		r = release(watcher, node);
		/* Each removal queues IN_IGNORED: a large tree would overflow the queue.
		 */
		if (r == 0 && ++removals % REMOVALS_BETWEEN_DRAINS == 0)
			r = iw_input_drain(watcher);
	}
	iw_tree_remove(watcher->tree, top);
	return r;
}

int iw_watcher_drop_children(struct iw_watcher *watcher, uint32_t node)
{
	uint32_t child;
	int r = 0;

	while (r == 0 && (child = iw_tree_node(watcher->tree, node)->first_child))
		r = iw_watcher_drop(watcher, child);
	return r;
}

static size_t count_awaited(const struct iw_tree *tree)
{
	size_t awaited = 0;

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next)
		awaited += (iw_tree_node(tree, root)->flags & IW_NODE_AWAITED) != 0;
	return awaited;
}

uint64_t iw_watcher_events(const struct iw_watcher *watcher)
{
	return watcher->state.events;
}

bool iw_watcher_has_any(const struct iw_watcher *watcher)
{
	return watcher->state.watched || count_awaited(watcher->tree);
}

void iw_watcher_get_state(const struct iw_watcher *watcher,
			  struct iw_watcher_state *ret_state)
{
	*ret_state = watcher->state;
	ret_state->waiting = watcher->agenda.visits.len + watcher->agenda.waiting_len;
	ret_state->awaited = count_awaited(watcher->tree);
	ret_state->queued_len = iw_inotify_queued(watcher->fd);
	ret_state->tree_bytes = iw_tree_bytes(watcher->tree);
	ret_state->is_ready = watcher->is_ready;
}
