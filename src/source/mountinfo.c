/* SPDX-License-Identifier: MIT */
#include "source/mountinfo.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { READ_LEN = 4 * 1024 }; /* the kernel gives no more at once */

void iw_mount_table_done(struct iw_mount_table *table)
{
	iw_buffer_done(&table->text);
	free(table->items);
	*table = IW_MOUNT_TABLE_INIT;
}

void iw_mount_changes_done(struct iw_mount_changes *changes)
{
	free(changes->items);
	*changes = (struct iw_mount_changes){0};
}

/* ---- Reading ---- */

static bool is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' &&
	       digits[1] <= '7' && digits[2] >= '0' && digits[2] <= '7';
}

/* The kernel writes blanks, newlines, backslashes and # of names as \040 and so on. */
static const char *undo_escapes(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		if (from[0] == '\\' && is_octal(from + 1)) {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
				     (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return text;
}

static bool is_read_only(const char *options)
{
	return strncmp(options, "ro", 2) == 0 &&
	       (options[2] == '\0' || options[2] == ',');
}

/* Returns false for a line that is not as the manual says. */
static bool parse_line(char *line, struct iw_mount *ret_mount)
{
	enum { ID, PARENT, DEVICE, ROOT, POINT, OPTIONS, HEAD_LEN };
	enum { TYPE, SOURCE, FS_OPTIONS, TAIL_LEN };
	char *head[HEAD_LEN];
	char *tail[TAIL_LEN];
	const char *tag;

	for (size_t i = 0; i < HEAD_LEN; i++) {
		head[i] = strsep(&line, " ");
		if (!head[i])
			return false;
	}
	/* Tags of any number end with a dash. */
	while ((tag = strsep(&line, " ")) && strcmp(tag, "-") != 0)
		;
	for (size_t i = 0; i < TAIL_LEN; i++) {
		tail[i] = strsep(&line, " ");
		if (!tail[i])
			return false;
	}
	*ret_mount = (struct iw_mount){
		.id = (int)strtol(head[ID], NULL, 10),
		.parent = (int)strtol(head[PARENT], NULL, 10),
		.device = head[DEVICE],
		.root = undo_escapes(head[ROOT]),
		.point = undo_escapes(head[POINT]),
		.type = tail[TYPE],
		.options = undo_escapes(tail[FS_OPTIONS]),
		.is_read_only =
			is_read_only(head[OPTIONS]) || is_read_only(tail[FS_OPTIONS]),
	};
	return true;
}

static int compare_ids(const void *one, const void *other)
{
	const struct iw_mount *a = one;
	const struct iw_mount *b = other;

	return (a->id > b->id) - (a->id < b->id);
}

static int grow(struct iw_mount_table *table)
{
	const size_t cap = table->cap ? table->cap * 2 : 64;
	struct iw_mount *items = reallocarray(table->items, cap, sizeof(*items));

	if (!items)
		return -ENOMEM;
	table->items = items;
	table->cap = cap;
	return 0;
}

int iw_mount_table_parse(struct iw_mount_table *table)
{
	int r = iw_buffer_terminate(&table->text);
	if (r < 0)
		return r;
	char *rest = table->text.data;
	char *line;

	table->len = 0;
	while ((line = strsep(&rest, "\n"))) {
		if (table->len == table->cap) {
			r = grow(table);
			if (r < 0)
				return r;
		}
		if (parse_line(line, &table->items[table->len]))
			table->len++;
	}
	if (table->len)
		qsort(table->items, table->len, sizeof(*table->items), compare_ids);
	return 0;
}

/* Appends one read. Returns the bytes read or -errno. */
static ssize_t read_on(struct iw_mount_table *table, int mountinfo_fd)
{
	struct iw_buffer *text = &table->text;

	int r = iw_buffer_reserve(text, READ_LEN);
	if (r < 0)
		return r;
	const ssize_t n = IW_RETRY(
		pread(mountinfo_fd, text->data + text->len, READ_LEN, (off_t)text->len));
	if (n < 0)
		return -errno;
	text->len += (size_t)n;
	return n;
}

int iw_mount_table_read(struct iw_mount_table *table, int mountinfo_fd)
{
	ssize_t n;

	iw_buffer_clear(&table->text);
	table->len = 0;
	do {
		n = read_on(table, mountinfo_fd);
	} while (n > 0);
	return n < 0 ? (int)n : iw_mount_table_parse(table);
}

int iw_mount_table_read_some(struct iw_mount_table *table, int mountinfo_fd)
{
	iw_buffer_clear(&table->text);
	table->len = 0;
	const ssize_t n = read_on(table, mountinfo_fd);
	if (n < 0)
		return (int)n;
	while (table->text.len && table->text.data[table->text.len - 1] != '\n')
		table->text.len--;
	return iw_mount_table_parse(table);
}

const char *iw_mount_path_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	while (len && directory[len - 1] == '/')
		len--;
	if (strncmp(path, directory, len) != 0 || (path[len] && path[len] != '/'))
		return NULL;
	path += len;
	while (*path == '/')
		path++;
	return path;
}

const struct iw_mount *iw_mount_table_find(const struct iw_mount_table *table,
					   const char *path)
{
	const struct iw_mount *found = NULL;

	for (size_t i = 0; i < table->len; i++) {
		const struct iw_mount *mount = &table->items[i];

		if (!iw_mount_path_below(path, mount->point))
			continue;
		/* Of two at one place the one that is mounted on the other is on top. */
		if (!found || strlen(mount->point) > strlen(found->point) ||
		    (mount->parent == found->id &&
		     strcmp(mount->point, found->point) == 0))
			found = mount;
	}
	return found;
}

/* ---- Comparing ---- */

static int append(struct iw_mount_changes *changes, const struct iw_mount_change *change)
{
	if (changes->len == changes->cap) {
		const size_t cap = changes->cap ? changes->cap * 2 : 8;
		struct iw_mount_change *items =
			reallocarray(changes->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		changes->items = items;
		changes->cap = cap;
	}
	changes->items[changes->len++] = *change;
	return 0;
}

/* Ids are given again soon, so that one alone says little. */
static bool is_same(const struct iw_mount *one, const struct iw_mount *other)
{
	return one->parent == other->parent && strcmp(one->device, other->device) == 0 &&
	       strcmp(one->root, other->root) == 0 &&
	       strcmp(one->point, other->point) == 0;
}

static int append_pair(struct iw_mount_changes *changes, const struct iw_mount *was,
		       const struct iw_mount *is)
{
	if (!is_same(was, is)) {
		int r = append(changes, &(struct iw_mount_change){.point = was->point,
								  .has_gone = true});
		return r < 0 ? r
			     : append(changes,
				      &(struct iw_mount_change){.point = is->point,
								.has_come = true});
	}
	if (was->is_read_only == is->is_read_only)
		return 0;
	return append(changes,
		      &(struct iw_mount_change){.point = is->point,
						.is_remounted = true,
						.is_read_only = is->is_read_only});
}

static int compare_points(const void *one, const void *other)
{
	const struct iw_mount_change *a = one;
	const struct iw_mount_change *b = other;

	return strcmp(a->point, b->point);
}

int iw_mount_table_compare(const struct iw_mount_table *old_table,
			   const struct iw_mount_table *new_table,
			   struct iw_mount_changes *changes)
{
	size_t i = 0;
	size_t k = 0;
	int r = 0;

	while (r == 0 && (i < old_table->len || k < new_table->len)) {
		const struct iw_mount *was = &old_table->items[i];
		const struct iw_mount *is = &new_table->items[k];

		if (k == new_table->len || (i < old_table->len && was->id < is->id)) {
			r = append(changes, &(struct iw_mount_change){.point = was->point,
								      .has_gone = true});
			i++;
		} else if (i == old_table->len || is->id < was->id) {
			r = append(changes, &(struct iw_mount_change){.point = is->point,
								      .has_come = true});
			k++;
		} else {
			r = append_pair(changes, was, is);
			i++;
			k++;
		}
	}
	if (changes->len)
		qsort(changes->items, changes->len, sizeof(*changes->items),
		      compare_points);
	return r;
}
