/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/inotify.h>

#include "source/watcher-private.h"

/* What %e shows for a listed name: what must have happened to it (ARCHITECTURE.md). */
static const uint32_t found_masks[] = {
	[IW_SCAN_DIR] = IN_CREATE | IN_ISDIR,
	[IW_SCAN_REGULAR] = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE,
	[IW_SCAN_OTHER] = IN_CREATE,
};

/* The order in which bits that come in one event are told. */
static const uint32_t causal_order[] = {
	IN_CREATE,      IN_MOVED_TO,      IN_OPEN,        IN_ACCESS, IN_MODIFY,
	IN_ATTRIB,      IN_CLOSE_NOWRITE, IN_CLOSE_WRITE, IN_DELETE, IN_MOVED_FROM,
	IN_DELETE_SELF, IN_MOVE_SELF,     IN_UNMOUNT,
};

struct place {
	uint32_t node;
	const char *name;
	size_t name_len;
};

/*
 * Field by field: clearing a whole structure first would take longer than all the rest of
 * what is done for most events.
 */
static void begin_record(struct iw_record *record, const struct iw_watcher *watcher,
			 const struct iw_raw_event *raw)
{
	record->mask = raw->mask;
	record->wd = raw->wd;
	record->cookie = raw->cookie;
	record->time_ns = watcher->input_time_ns;
	record->from = (struct iw_path){0};
	record->error = 0;
	record->message = NULL;
}

/* Makes the buffer the path of a directory, with its slash, or of a file. */
static int spell_dir(const struct iw_watcher *watcher, uint32_t node,
		     struct iw_buffer *buffer, size_t *ret_root_len)
{
	iw_buffer_clear(buffer);
	int r = iw_tree_append_path(watcher->tree, node, buffer, ret_root_len);
	if (r < 0)
		return r;
	const bool is_file = iw_tree_node(watcher->tree, node)->flags & IW_NODE_FILE;
	if (is_file || buffer->data[buffer->len - 1] == '/')
		return 0;
	return iw_buffer_append_char(buffer, '/');
}

/* Appends the name to what is spelt in the buffer. */
static int spell_name(struct iw_buffer *buffer, size_t root_len,
		      const struct place *place, struct iw_path *ret_path)
{
	int r = iw_buffer_append(buffer, place->name, place->name_len);
	if (r < 0)
		return r;
	*ret_path = (struct iw_path){
		.bytes = buffer->data,
		.len = buffer->len,
		.name_len = place->name_len,
		.root_len = root_len,
	};
	return 0;
}

/* Most events come from a few directories: their paths stay spelt. */
static int path_to(struct iw_watcher *watcher, const struct place *place,
		   struct iw_path *ret_path)
{
	struct iw_spelt *spelt = &watcher->spelt[place->node % IW_SPELT_COUNT];
	const uint64_t generation = iw_tree_generation(watcher->tree);

	if (spelt->node != place->node || spelt->generation != generation) {
		spelt->node = IW_NO_NODE;
		int r = spell_dir(watcher, place->node, &spelt->path, &spelt->root_len);
		if (r < 0)
			return r;
		spelt->len = spelt->path.len;
		spelt->node = place->node;
		spelt->generation = generation;
	}
	spelt->path.len = spelt->len;
	return spell_name(&spelt->path, spelt->root_len, place, ret_path);
}

void iw_emit_forget_path(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_spelt *spelt = &watcher->spelt[node % IW_SPELT_COUNT];

	if (spelt->node == node)
		spelt->node = IW_NO_NODE;
}

static int path_from(struct iw_watcher *watcher, const struct place *place,
		     struct iw_path *ret_path)
{
	size_t root_len;

	int r = spell_dir(watcher, place->node, &watcher->from, &root_len);
	return r < 0 ? r : spell_name(&watcher->from, root_len, place, ret_path);
}

int iw_emit_path(struct iw_watcher *watcher, uint32_t node, const char *name,
		 size_t name_len, struct iw_path *ret_path)
{
	const struct place place = {node, name, name_len};

	return path_to(watcher, &place, ret_path);
}

static int emit(struct iw_watcher *watcher, const struct iw_record *record)
{
	watcher->state.records++;
	return watcher->config.record(watcher->config.context, record);
}

static bool is_shown(const struct iw_watcher *watcher, const struct iw_record *record)
{
	const struct iw_filter *filter = watcher->config.filter;

	return !filter ||
	       iw_filter_shows(filter, &record->path, iw_record_is_dir(record));
}

/* One record for each event of the mask; nearly always there is one. */
static int emit_bits(struct iw_watcher *watcher, struct iw_record *record, uint32_t told,
		     uint32_t dir_bit)
{
	const uint32_t bits = told & (IN_ALL_EVENTS | IN_UNMOUNT);

	if ((bits & (bits - 1)) == 0) {
		record->mask = bits | dir_bit;
		return iw_event_from_bit(bits, &record->event) < 0
			       ? 0
			       : emit(watcher, record);
	}
	for (size_t i = 0; i < IW_ARRAY_LEN(causal_order); i++) {
		if (!(told & causal_order[i]) ||
		    iw_event_from_bit(causal_order[i], &record->event) < 0)
			continue;
		record->mask = causal_order[i] | dir_bit;
		int r = emit(watcher, record);
		if (r < 0)
			return r;
	}
	return 0;
}

int iw_emit_event(struct iw_watcher *watcher, uint32_t node,
		  const struct iw_raw_event *raw)
{
	const uint32_t told = raw->mask & (watcher->config.mask | IN_UNMOUNT);
	const uint32_t dir_bit = raw->mask & IN_ISDIR;
	struct iw_record record;

	if (!(told & (IN_ALL_EVENTS | IN_UNMOUNT)) ||
	    iw_own_file_hides(watcher, node, raw))
		return 0;
	begin_record(&record, watcher, raw);
	int r = iw_emit_path(watcher, node, raw->name, raw->name_len, &record.path);
	if (r < 0)
		return r;
	if (!(told & IN_UNMOUNT) && !is_shown(watcher, &record))
		return 0;
	return emit_bits(watcher, &record, told, dir_bit);
}

int iw_emit_found(struct iw_watcher *watcher, uint32_t node,
		  const struct iw_scan_entry *entry)
{
	struct iw_record record = {
		.event = IW_FOUND,
		.mask = found_masks[entry->type] & (watcher->config.mask | IN_ISDIR),
		.wd = iw_tree_node(watcher->tree, node)->wd,
		.time_ns = watcher->listing_time_ns,
	};

	if (!(record.mask & ~(uint32_t)IN_ISDIR))
		return 0;
	int r = iw_emit_path(watcher, node, entry->name, entry->name_len, &record.path);
	if (r < 0 || !is_shown(watcher, &record))
		return r;
	return emit(watcher, &record);
}

int iw_emit_half(struct iw_watcher *watcher, const struct iw_half *half)
{
	struct iw_record record = {
		.event = IW_MOVED_OUT,
		.mask = IN_MOVED_FROM | (half->is_dir ? IN_ISDIR : 0),
		.wd = half->wd,
		.cookie = half->cookie,
		.time_ns = half->time_ns,
	};

	if (!half->is_known || !half->dir || !(watcher->config.mask & IN_MOVE))
		return 0;
	int r = iw_emit_path(watcher, half->dir, half->name, half->name_len,
			     &record.path);
	if (r < 0 || !is_shown(watcher, &record))
		return r;
	return emit(watcher, &record);
}

int iw_emit_move(struct iw_watcher *watcher, const struct iw_half *half, uint32_t dir,
		 const struct iw_raw_event *raw)
{
	struct iw_record record = {
		.event = IW_MOVE,
		.mask = IN_MOVE | (raw->mask & IN_ISDIR),
		.wd = raw->wd,
		.cookie = raw->cookie,
		.time_ns = watcher->input_time_ns,
	};
	const struct place source = {half->dir, half->name, half->name_len};
	const bool is_dir = raw->mask & IN_ISDIR;
	bool is_from_shown = half->is_known && half->dir;

	if (!(watcher->config.mask & IN_MOVE))
		return 0;
	int r = 0;
	if (is_from_shown)
		r = path_from(watcher, &source, &record.from);
	if (r == 0)
		r = iw_emit_path(watcher, dir, raw->name, raw->name_len, &record.path);
	if (r < 0)
		return r;
	if (is_from_shown)
		is_from_shown =
			iw_filter_shows(watcher->config.filter, &record.from, is_dir);
	if (!is_shown(watcher, &record))
		return is_from_shown ? iw_emit_half(watcher, half) : 0;
	if (!is_from_shown) {
		/* It comes from where the reader does not look. */
		record.event = IW_MOVED_IN;
		record.mask = IN_MOVED_TO | (raw->mask & IN_ISDIR);
		record.from = (struct iw_path){0};
	}
	return emit(watcher, &record);
}

/* One of the two names of an exchange. */
struct side {
	struct iw_path path;
	bool is_known; /* readers know what was there */
	bool was_dir;
	bool is_dir;
};

static bool is_side_shown(const struct iw_watcher *watcher, const struct side *side)
{
	const struct iw_filter *filter = watcher->config.filter;

	return iw_filter_shows(filter, &side->path, side->was_dir) &&
	       iw_filter_shows(filter, &side->path, side->is_dir);
}

/* What the name stood for has gone from it, and another object has come. */
static int emit_side(struct iw_watcher *watcher, struct iw_record *record,
		     const struct side *side)
{
	const struct iw_filter *filter = watcher->config.filter;
	int r = 0;

	record->path = side->path;
	record->from = (struct iw_path){0};
	if (side->is_known && iw_filter_shows(filter, &side->path, side->was_dir)) {
		record->event = IW_MOVED_OUT;
		record->mask = IN_MOVED_FROM | (side->was_dir ? IN_ISDIR : 0);
		r = emit(watcher, record);
	}
	if (r < 0 || !iw_filter_shows(filter, &side->path, side->is_dir))
		return r;
	record->event = IW_MOVED_IN;
	record->mask = IN_MOVED_TO | (side->is_dir ? IN_ISDIR : 0);
	return emit(watcher, record);
}

int iw_emit_exchange(struct iw_watcher *watcher, const struct iw_half *half, uint32_t dir,
		     const struct iw_raw_event *raw)
{
	const struct place source = {half->dir, half->name, half->name_len};
	const struct iw_swap *swap = &watcher->swap;
	struct iw_record record = {
		.event = IW_EXCHANGE,
		.mask = IN_MOVE | (raw->mask & IN_ISDIR),
		.wd = raw->wd,
		.cookie = raw->cookie,
		.time_ns = watcher->input_time_ns,
	};
	struct side from = {
		.is_known = half->is_known,
		.was_dir = raw->mask & IN_ISDIR,
		.is_dir = swap->is_back_dir,
	};
	struct side to = {
		.is_known = swap->is_there_known,
		.was_dir = swap->is_back_dir,
		.is_dir = raw->mask & IN_ISDIR,
	};

	if (!(watcher->config.mask & IN_MOVE))
		return 0;
	int r = path_from(watcher, &source, &from.path);
	if (r == 0)
		r = iw_emit_path(watcher, dir, raw->name, raw->name_len, &to.path);
	if (r < 0)
		return r;
	record.from = from.path;
	record.path = to.path;
	if (from.is_known && to.is_known && !swap->is_ambiguous &&
	    is_side_shown(watcher, &from) && is_side_shown(watcher, &to))
		return emit(watcher, &record);
	r = emit_side(watcher, &record, &from);
	if (r == 0)
		r = emit_side(watcher, &record, &to);
	return r < 0 ? r : 1;
}

int iw_emit_control(struct iw_watcher *watcher, enum iw_event event, uint32_t node,
		    int error)
{
	struct iw_record record = {
		.event = event,
		.mask = event == IW_OVERFLOW ? IN_Q_OVERFLOW : 0,
		.time_ns = iw_watcher_realtime_ns(),
		.error = error,
	};

	if (node != IW_NO_NODE) {
		int r = iw_emit_path(watcher, node, "", 0, &record.path);
		if (r < 0)
			return r;
	}
	return emit(watcher, &record);
}

int iw_emit_watched(struct iw_watcher *watcher, uint32_t node)
{
	struct iw_path path;

	if (!watcher->config.watched || !watcher->is_ready || watcher->is_resyncing)
		return 0;
	int r = iw_emit_path(watcher, node, "", 0, &path);
	if (r == 0)
		watcher->config.watched(watcher->config.context, path.bytes, path.len);
	return r;
}
