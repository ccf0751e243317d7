/* SPDX-License-Identifier: MIT */
/*
 * What is told about each path: a line on standard output, counted; and the counts.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/base64.h"
#include "base/errname.h"
#include "cli/backup-private.h"
#include "cli/session.h"
#include "core/json.h"
#include "core/text.h"
#include "sink/store/layout.h"

static const char *const words[] = {
	[IW_PUT_STORED] = "stored",
	[IW_PUT_DELETED] = "deleted",
	[IW_PUT_SKIPPED] = "skipped",
	[IW_PUT_FAILED] = "failed",
};

static int64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *type_word(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFIFO:
		return "FIFO";
	case S_IFSOCK:
		return "socket";
	default:
		return "device";
	}
}

/* The path as it was given, with what lies below it. */
static int name_path(const struct iw_backup_root *root, const char *absolute,
		     struct iw_buffer *path)
{
	const size_t root_len = root->absolute.len > 1 ? root->absolute.len : 0;
	size_t given_len = strlen(root->path);

	/* Something on the way to the PATH, which was a file when it was stored. */
	if (strncmp(absolute, root->absolute.data, root_len) != 0)
		return iw_buffer_append_str(path, absolute);
	while (given_len > 0 && root->path[given_len - 1] == '/')
		given_len--;
	int r = iw_buffer_append(path, root->path, given_len);
	if (r == 0)
		r = iw_buffer_append_str(path, absolute + root_len);
	return r == 0 && path->len == 0 ? iw_buffer_append_char(path, '/') : r;
}

static int append_json(struct iw_buffer *buffer, const struct iw_put_line *line,
		       const struct iw_buffer *path)
{
	char version[IW_LAYOUT_TIME_LEN + 1];
	bool is_lossless = true;

	int r = iw_buffer_append_str(buffer, "{\"time\":\"");
	if (r == 0)
		r = iw_json_append_time(buffer, wall_ns());
	if (r == 0)
		r = iw_buffer_printf(buffer,
				     "\",\"event\":\"%s\",\"path\":", words[line->event]);
	if (r == 0)
		r = iw_json_append_string(buffer, path->data, path->len, &is_lossless);
	if (r == 0 && !is_lossless) {
		r = iw_buffer_append_str(buffer, ",\"path_b64\":\"");
		if (r == 0)
			r = iw_base64_append(buffer, path->data, path->len);
		if (r == 0)
			r = iw_buffer_append_char(buffer, '"');
	}
	if (r == 0 && line->version_ns) {
		iw_layout_format_time(line->version_ns, version);
		r = iw_buffer_printf(buffer, ",\"version\":\"%s\"", version);
	}
	if (r == 0 && line->error)
		r = iw_buffer_printf(buffer, ",\"error\":\"%s\"",
				     iw_errname(line->error));
	return r == 0 ? iw_buffer_append_char(buffer, '}') : r;
}

static int append_text(const struct iw_backup *backup, struct iw_buffer *buffer,
		       const struct iw_put_line *line, const struct iw_buffer *path)
{
	int r = iw_buffer_printf(buffer, "%s ", words[line->event]);

	if (r < 0)
		return r;
	return backup->is_terminal ? iw_text_append_escaped(buffer, path->data, path->len)
				   : iw_buffer_append(buffer, path->data, path->len);
}

/* On stderr what a line has no room for. */
static void say_reason(const struct iw_backup *backup, const struct iw_put_line *line,
		       const char *path)
{
	if (line->event == IW_PUT_SKIPPED)
		iw_say(backup->messages, IW_INFO, "%s is a %s, which cannot be stored",
		       path, type_word(line->mode));
	else if (line->error == EAGAIN)
		iw_say(backup->messages, IW_ERROR,
		       "cannot store %s: it changes all the time", path);
	else if (line->error == EOPNOTSUPP)
		iw_say(backup->messages, IW_ERROR,
		       "cannot store %s: the store's file system has no symbolic links; "
		       "move the store to one that has",
		       path);
	else if (line->error == ENAMETOOLONG)
		iw_say(backup->messages, IW_ERROR,
		       "cannot store %s: the name is too long for a store", path);
	else if (line->error)
		iw_say(backup->messages, IW_ERROR, "cannot store %s: %s", path,
		       strerror(line->error));
}

static void count(struct iw_backup *backup, const struct iw_put_line *line)
{
	struct iw_backup_counts *counts = &backup->counts;

	counts->stored += line->event == IW_PUT_STORED;
	counts->stored_len += line->event == IW_PUT_STORED ? line->len : 0;
	counts->deleted += line->event == IW_PUT_DELETED;
	counts->skipped += line->event == IW_PUT_SKIPPED;
	counts->failed += line->event == IW_PUT_FAILED;
	if (line->event != IW_PUT_FAILED)
		counts->success_ns = wall_ns();
}

int iw_backup_tell(struct iw_backup *backup, size_t root, const struct iw_put_line *line)
{
	const struct iw_options *options = backup->options;
	struct iw_buffer *buffer = iw_output_buffer(backup->output);
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	const size_t len = buffer->len;

	int r = name_path(&backup->roots[root], line->absolute, &path);
	if (r == 0)
		r = iw_buffer_terminate(&path);
	if (r < 0)
		return r;
	count(backup, line);
	say_reason(backup, line, path.data);
	if (options->quiet < 2) {
		iw_end_progress(backup->messages);
		r = options->is_json ? append_json(buffer, line, &path)
				     : append_text(backup, buffer, line, &path);
		if (r == 0)
			r = iw_buffer_append_char(
				buffer, options->is_null_terminated ? '\0' : '\n');
		if (r < 0)
			buffer->len = len;
	}
	if (backup->counts.stored == options->count && options->count)
		iw_backup_end(backup, IW_STATUS_DONE);
	return r;
}

void iw_backup_say_state(struct iw_backup *backup)
{
	const struct iw_backup_counts *counts = &backup->counts;
	IW_AUTO_BUFFER struct iw_buffer success = IW_BUFFER_INIT;

	if ((counts->success_ns ? iw_json_append_time(&success, counts->success_ns)
				: iw_buffer_append_str(&success, "never")) < 0 ||
	    iw_buffer_terminate(&success) < 0)
		return;
	iw_say(backup->messages, IW_WARNING,
	       "stored %" PRIu64 " (%" PRIu64 " bytes), deleted %" PRIu64
	       ", skipped %" PRIu64 ", failed %" PRIu64
	       ", waiting %zu, settling %zu, running %zu, %s, last success %s",
	       counts->stored, counts->stored_len, counts->deleted, counts->skipped,
	       counts->failed, backup->jobs.waiting, iw_settle_len(backup->settle),
	       backup->jobs.at_work, backup->passes ? "comparing" : "compared",
	       success.data);
}
