/* SPDX-License-Identifier: MIT */
#include "cli/stats.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/timefmt.h"
#include "core/tally.h"
#include "sink/sheet.h"

struct iw_stats {
	const struct iw_options *options;
	const struct iw_filter *filter;
	struct iw_tally *tally;
	struct iw_timefmt timefmt;
	struct iw_buffer key;
	int64_t since_ns;
	uint64_t overflows;
	uint32_t mask; /* what is counted */
	bool is_ready;
	bool is_listing; /* between resync and synced */
	bool is_continued;
};

static int64_t realtime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int iw_stats_new(const struct iw_options *options, const struct iw_filter *filter,
		 struct iw_stats **ret_stats)
{
	struct iw_stats *stats = calloc(1, sizeof(*stats));

	if (!stats)
		return -ENOMEM;
	int r = iw_tally_new(options->stats.limit, &stats->tally);
	if (r < 0) {
		free(stats);
		return r;
	}
	stats->options = options;
	stats->filter = filter;
	stats->timefmt.format = "%Y-%m-%d %H:%M:%S"; /* IW_SHEET_TIME_LEN */
	stats->since_ns = realtime_ns();
	stats->mask = options->mask ? options->mask : IN_ALL_EVENTS;
	*ret_stats = stats;
	return 0;
}

void iw_stats_free(struct iw_stats *stats)
{
	if (!stats)
		return;
	iw_tally_free(stats->tally);
	iw_buffer_done(&stats->key);
	free(stats);
}

uint32_t iw_stats_mask(const struct iw_options *options, uint32_t asked)
{
	if (options->stats.by != IW_BY_WATCH)
		return asked;
	/* That a watch has ended counts, and what has one is known by its creation. */
	return asked | IN_DELETE_SELF | (options->stats.has_zeros ? IN_CREATE : 0);
}

/* The bytes that name a record's row; they live in the record or in stats->key. */
static int find_key(struct iw_stats *stats, const struct iw_path *path,
		    const char **ret_key, size_t *ret_len)
{
	const enum iw_stats_by by = stats->options->stats.by;
	struct iw_path plain = *path;

	*ret_key = path->bytes;
	*ret_len = by == IW_BY_ROOT ? path->root_len : path->len - path->name_len;
	if (by == IW_BY_ROOT || by == IW_BY_WATCH)
		return 0;
	if (by == IW_BY_DIR) {
		plain.len -= path->name_len;
		plain.name_len = 0;
		/* A PATH that is no directory has no slash to be taken away. */
	}
	iw_buffer_clear(&stats->key);
	int r = iw_path_append_plain(&stats->key, &plain);
	*ret_key = stats->key.data;
	*ret_len = stats->key.len;
	return r;
}

/* ---- Of watches ---- */

/* A row for a directory that is watched although nothing has happened to it yet. */
static int show_watch(struct iw_stats *stats, const struct iw_record *record)
{
	const struct iw_path *path = &record->path;

	size_t len = path->len;
	struct stat st;

	iw_buffer_clear(&stats->key);
	int r = iw_buffer_append(&stats->key, path->bytes, len);
	if (r == 0 && path->name_len)
		r = iw_buffer_append_char(&stats->key, '/');
	if (r == 0)
		r = iw_buffer_terminate(&stats->key);
	if (r < 0)
		return r;
	/* A PATH is listed before it is known to be a file. */
	const bool is_slashed = len > 1 && stats->key.data[len - 1] == '/';
	if (is_slashed && !path->name_len && path->root_len < len &&
	    lstat(stats->key.data, &st) < 0 && errno == ENOTDIR)
		stats->key.len = path->root_len;
	return iw_tally_show(stats->tally, stats->key.data, stats->key.len);
}

static bool begins_watch(const struct iw_stats *stats, const struct iw_record *record)
{
	const bool is_new = record->event == IW_CREATE || record->event == IW_MOVED_IN ||
			    record->event == IW_FOUND;

	if (!stats->options->stats.has_zeros || !record->path.bytes)
		return false;
	return record->event == IW_RESYNC ||
	       (is_new && stats->options->is_recursive && record->mask & IN_ISDIR &&
		!iw_filter_prunes(stats->filter, &record->path, true));
}

/*
 * As inotifywatch counts: what is found in a new directory was created there, and the
 * IN_IGNORED behind the last event of a watch is in the total, though in no column.
 */
static int count_watch(struct iw_stats *stats, const struct iw_record *record)
{
	const struct iw_path *path = &record->path;
	const size_t len = path->len - path->name_len;
	const bool is_found = record->event == IW_FOUND;
	const bool is_end =
		record->event == IW_DELETE_SELF || record->event == IW_UNMOUNT;
	int r = 0;

	if (stats->mask & (is_found ? IN_CREATE : record->mask & ~(uint32_t)IN_ISDIR)) {
		r = iw_tally_count(stats->tally, path->bytes, len,
				   is_found ? IW_CREATE : record->event, record->time_ns);
		if (r == 0)
			r = 1;
	}
	if (r < 0 || !is_end)
		return r;
	/* No column of watches is called found. */
	const int ended =
		iw_tally_count(stats->tally, path->bytes, len, IW_FOUND, record->time_ns);
	return ended < 0 ? ended : r;
}

/* ---- Counting ---- */

static void note_control(struct iw_stats *stats, enum iw_event event)
{
	stats->overflows += event == IW_OVERFLOW;
	stats->is_ready |= event == IW_READY;
	if (event == IW_RESYNC || event == IW_SYNCED)
		stats->is_listing = event == IW_RESYNC;
}

int iw_stats_take(struct iw_stats *stats, const struct iw_record *record)
{
	const char *key;
	size_t len;

	if (begins_watch(stats, record)) {
		int r = show_watch(stats, record);
		if (r < 0)
			return r;
	}
	if (iw_event_is_control(record->event)) {
		note_control(stats, record->event);
		return 0;
	}
	/* It is there, which is no news. */
	if (record->event == IW_FOUND && (stats->is_listing || !stats->is_ready))
		return 0;
	if (stats->options->stats.by == IW_BY_WATCH)
		return count_watch(stats, record);
	int r = find_key(stats, &record->path, &key, &len);
	if (r == 0)
		r = iw_tally_count(stats->tally, key, len, record->event,
				   record->time_ns);
	return r < 0 ? r : 1;
}

/* ---- Reporting ---- */

static enum iw_sheet_kind kind_of(const struct iw_options *options)
{
	if (options->stats.by == IW_BY_WATCH)
		return IW_SHEET_WATCHES;
	if (options->is_json)
		return IW_SHEET_JSON;
	return options->is_csv ? IW_SHEET_CSV : IW_SHEET_TABLE;
}

int iw_stats_report(struct iw_stats *stats, bool escape, struct iw_buffer *buffer)
{
	static const char *const words[] = {
		[IW_BY_DIR] = "dir",
		[IW_BY_FILE] = "file",
		[IW_BY_ROOT] = "root",
		[IW_BY_WATCH] = "watch",
	};
	const struct iw_stats_options *options = &stats->options->stats;
	const size_t start = buffer->len;
	const struct iw_sheet sheet = {
		.kind = kind_of(stats->options),
		.tally = stats->tally,
		.order = options->order,
		.top = options->top,
		.by = words[options->by],
		.since_ns = stats->since_ns,
		.now_ns = realtime_ns(),
		.overflows = stats->overflows,
		.is_first = !stats->is_continued,
		.escape = escape,
		.time = {iw_timefmt_append, &stats->timefmt},
		.mask = stats->mask,
		.has_zeros = options->has_zeros,
	};

	int r = iw_sheet_append(&sheet, buffer);
	if (r < 0)
		return r;
	stats->is_continued = true;
	return buffer->len > start;
}

void iw_stats_begin_output(struct iw_stats *stats)
{
	stats->is_continued = false;
}
