/* SPDX-License-Identifier: MIT */
#include "core/window.h"

#include <errno.h>

static void window_free(struct iw_window *window)
{
	if (!window)
		return;
	iw_nameset_done(&window->known);
	iw_nameset_done(&window->noise);
	free(window);
}

void iw_windows_done(struct iw_windows *windows)
{
	for (size_t i = windows->first; i < windows->len; i++)
		window_free(windows->queue[i]);
	free(windows->queue);
	iw_intmap_done(&windows->by_node);
	*windows = IW_WINDOWS_INIT;
}

static int make_room(struct iw_windows *windows)
{
	if (windows->first > windows->cap / 2) {
		windows->len -= windows->first;
		memmove(windows->queue, windows->queue + windows->first,
			windows->len * sizeof(struct iw_window *));
		windows->base += (uint32_t)windows->first;
		windows->first = 0;
	}
	if (windows->len < windows->cap)
		return 0;
	const size_t cap = windows->cap ? windows->cap * 2 : 16;
	struct iw_window **queue =
		reallocarray(windows->queue, cap, sizeof(struct iw_window *));

	if (!queue)
		return -ENOMEM;
	windows->queue = queue;
	windows->cap = cap;
	return 0;
}

static struct iw_window *window_new(uint32_t node)
{
	struct iw_window *window = calloc(1, sizeof(*window));

	if (window) {
		window->node = node;
		window->end = UINT64_MAX;
	}
	return window;
}

int iw_windows_open(struct iw_windows *windows, uint32_t node,
		    struct iw_window **ret_window)
{
	struct iw_window *window = iw_windows_find(windows, node);
	const uint32_t old = iw_intmap_get(&windows->by_node, node);

	if (window && old - windows->base == windows->len) {
		*ret_window = window;
		return 0;
	}
	int r = make_room(windows);
	if (r < 0)
		return r;
	if (!window)
		window = window_new(node);
	if (!window)
		return -ENOMEM;
	r = iw_intmap_put(&windows->by_node, node,
			  windows->base + (uint32_t)windows->len + 1);
	if (r < 0) {
		if (!old)
			free(window);
		return r;
	}
	/* One that is opened again gets a later end, so it must not hold up the others.
	 */
	if (old)
		windows->queue[old - windows->base - 1] = NULL;
	windows->queue[windows->len++] = window;
	*ret_window = window;
	return 0;
}

void iw_windows_close(struct iw_windows *windows, uint32_t node)
{
	struct iw_window *window = iw_windows_find(windows, node);

	if (!window)
		return;
	iw_intmap_take(&windows->by_node, node);
	/* It stays in the queue, empty, until its turn comes to be freed. */
	iw_nameset_done(&window->known);
	iw_nameset_done(&window->noise);
	window->node = 0;
	window->end = 0;
}

void iw_windows_expire(struct iw_windows *windows, uint64_t position)
{
	while (windows->first < windows->len) {
		struct iw_window *window = windows->queue[windows->first];

		if (window && window->end > position)
			break;
		if (window)
			iw_intmap_take(&windows->by_node, window->node);
		window_free(window);
		windows->first++;
	}
	if (windows->first == windows->len) {
		windows->base = 0;
		windows->first = windows->len = 0;
	}
}
