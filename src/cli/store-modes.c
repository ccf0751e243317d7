/* SPDX-License-Identifier: MIT */
#include "cli/store-modes.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/errname.h"
#include "cli/session.h"
#include "cli/store-output.h"
#include "sink/store/beneath.h"
#include "sink/store/check.h"
#include "sink/store/restore.h"

/* One run. */
struct reading {
	const struct iw_store_options *options;
	bool has_privileges; /* --keep-privileges */
	struct iw_messages *messages;
	struct iw_store_output output;
	int store_fd;
	bool is_summed_up;
	bool is_incomplete;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* One that another inowatch has laid out otherwise is left alone. */
static int check_format(const struct reading *reading)
{
	char text[sizeof(IW_LAYOUT_VERSION) + 1];
	const char *store = reading->options->path;

	IW_AUTO_CLOSE int current_fd = iw_beneath_open(
		reading->store_fd, IW_LAYOUT_CURRENT, O_PATH | O_DIRECTORY);
	if (current_fd < 0) {
		iw_say(reading->messages, IW_ERROR, "%s is no store: %s/: %s", store,
		       IW_LAYOUT_CURRENT, strerror(-current_fd));
		return current_fd;
	}
	IW_AUTO_CLOSE int fd = iw_beneath_open(reading->store_fd, IW_LAYOUT_FORMAT,
					       O_RDONLY | O_NONBLOCK);
	const ssize_t n = fd < 0 ? fd : IW_RETRY(read(fd, text, sizeof(text)));
	if (n < 0) {
		iw_say(reading->messages, IW_WARNING,
		       "%s has no readable %s: taken for a copy of a store", store,
		       IW_LAYOUT_FORMAT);
		return 0;
	}
	if (n == sizeof(IW_LAYOUT_VERSION) - 1 &&
	    memcmp(text, IW_LAYOUT_VERSION, (size_t)n) == 0)
		return 0;
	iw_say(reading->messages, IW_ERROR, "%s has a layout that is not known (%s)",
	       store, IW_LAYOUT_FORMAT);
	return -EINVAL;
}

static int open_store(struct reading *reading)
{
	reading->store_fd =
		open(reading->options->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (reading->store_fd >= 0)
		return 0;
	const int error = errno;
	iw_say(reading->messages, IW_ERROR, "cannot open %s: %s", reading->options->path,
	       strerror(error));
	return -error;
}

/* A PATH of the command line as an absolute one; a failure is said. */
static int make_absolute(struct reading *reading, const struct iw_text *path,
			 struct iw_buffer *absolute)
{
	IW_AUTO_FREE char *text = strndup(path->bytes, path->len);
	IW_AUTO_FREE char *cwd = NULL;
	int r = text ? 0 : -ENOMEM;

	if (r == 0 && *text != '/' && !(cwd = getcwd(NULL, 0)))
		r = -errno;
	if (r == 0)
		r = iw_layout_append_absolute(absolute, cwd ? cwd : "", text);
	if (r < 0)
		iw_say(reading->messages, IW_ERROR, "%s: %s", text ? text : "PATH",
		       strerror(-r));
	return r;
}

static const char *why_missing(const struct iw_store_options *options)
{
	if (options->has_at)
		return "the store has nothing of that time";
	if (options->mode == IW_STORE_RESTORE)
		return "the store has nothing of that name now; --versions lists what it "
		       "had, and --at brings it back";
	return "the store has nothing of that name";
}

/* What keeps all of a PATH from being done. */
static void fail_path(struct reading *reading, const char *path, int error)
{
	reading->is_incomplete = true;
	iw_say(reading->messages, IW_ERROR, "%s: %s", path,
	       error == -ENOENT  ? why_missing(reading->options)
	       : error == -EXDEV ? "it would be restored into the store"
				 : strerror(-error));
}

/* --versions ----------------------------------------------------------------------- */

static int list_file(void *context, const struct iw_catalog_file *file)
{
	struct reading *reading = context;

	for (size_t i = 0; i < file->versions_len; i++) {
		const struct iw_catalog_version *version = &file->versions[i];
		const struct iw_store_line line = {
			.time_ns = version->time_ns,
			.event = version->is_deleted ? "deleted" : "stored",
			.path = file->path,
			.size = version->is_deleted ? -1 : version->size,
			.version_ns = version->time_ns,
			.message = version->is_guessed
					   ? "the store does not say when it was stored"
					   : NULL,
		};

		iw_store_output_print_version(&reading->output, &line);
	}
	return reading->output.error;
}

static void say_problem(void *context, const struct iw_catalog_problem *problem)
{
	struct reading *reading = context;

	reading->is_incomplete = true;
	iw_say(reading->messages, IW_WARNING, "%s/%s %s%s%s", reading->options->path,
	       problem->place, problem->reason, problem->error ? ": " : "",
	       problem->error ? strerror(-problem->error) : "");
}

static void list_path(struct reading *reading, const char *absolute)
{
	const struct iw_catalog_visitor visitor = {list_file, NULL, say_problem, reading};
	const int r = iw_catalog_walk(reading->store_fd, absolute, &visitor);

	if (r < 0 && !reading->output.error)
		fail_path(reading, absolute, r);
}

static void list_paths(struct reading *reading, const struct iw_text_list *paths)
{
	if (paths->len == 0)
		list_path(reading, "/");
	for (size_t i = 0; i < paths->len; i++) {
		IW_AUTO_BUFFER struct iw_buffer absolute = IW_BUFFER_INIT;

		if (make_absolute(reading, &paths->items[i], &absolute) == 0)
			list_path(reading, absolute.data);
		else
			reading->is_incomplete = true;
	}
}

/* --restore ------------------------------------------------------------------------ */

static void tell_restored(void *context, const struct iw_restore_report *report)
{
	static const char *const words[] = {
		[IW_RESTORE_DONE] = "restored", [IW_RESTORE_UNCHANGED] = "unchanged",
		[IW_RESTORE_LEFT] = "left",     [IW_RESTORE_DAMAGED] = "damaged",
		[IW_RESTORE_FAILED] = "failed",
	};
	struct reading *reading = context;
	const bool is_wanted = report->what == IW_RESTORE_DONE;
	const struct iw_store_options *options = reading->options;
	const char *reason = report->reason  ? report->reason
			     : report->error ? strerror(-report->error)
					     : NULL;
	const struct iw_store_line line = {
		.time_ns = now_ns(),
		.event = !is_wanted || !options->is_dry_run ? words[report->what]
			 : reading->output.is_json          ? "would_restore"
							    : "would restore",
		.path = report->path,
		.size = -1,
		.version_ns = report->version_ns ? report->version_ns : INT64_MIN,
		.error = report->error ? iw_errname(-report->error) : NULL,
		.message = reason,
	};

	reading->is_incomplete |= !is_wanted && report->what != IW_RESTORE_UNCHANGED;
	iw_store_output_print(&reading->output, &line);
}

/* DIR/LAST; the last component of "/" is nothing. */
static int make_target(const struct reading *reading, const char *absolute,
		       struct iw_buffer *target)
{
	const char *to = reading->options->to;
	int r = iw_buffer_append_str(target, to ? to : absolute);

	if (r == 0 && to && absolute[1])
		r = iw_buffer_append_str(target, strrchr(absolute, '/'));
	return r < 0 ? r : iw_buffer_terminate(target);
}

static void restore_path(struct reading *reading, const char *absolute)
{
	IW_AUTO_BUFFER struct iw_buffer target = IW_BUFFER_INIT;
	const struct iw_store_options *options = reading->options;
	const struct iw_restore_config config = {
		.store_fd = reading->store_fd,
		.at_ns = options->has_at ? options->at_ns : INT64_MAX,
		.is_forced = options->is_forced,
		.is_dry_run = options->is_dry_run,
		.has_privileges = reading->has_privileges,
		.is_link_followed = !options->to,
		.told = tell_restored,
		.context = reading,
	};

	int r = make_target(reading, absolute, &target);
	if (r == 0)
		r = iw_restore(&config, absolute, target.data);
	if (r < 0)
		fail_path(reading, absolute, r);
}

/* With --to two of the same last component would become one. */
static bool has_two_alike(struct reading *reading, const struct iw_buffer *paths,
			  size_t len)
{
	for (size_t i = 0; reading->options->to && i < len; i++) {
		for (size_t other = 0; other < i; other++) {
			if (strcmp(strrchr(paths[i].data, '/'),
				   strrchr(paths[other].data, '/')) != 0)
				continue;
			iw_say(reading->messages, IW_ERROR,
			       "%s and %s would both be %s%s", paths[other].data,
			       paths[i].data, reading->options->to,
			       strrchr(paths[i].data, '/'));
			return true;
		}
	}
	return false;
}

static int restore_paths(struct reading *reading, const struct iw_text_list *paths)
{
	struct iw_buffer *absolute = calloc(paths->len, sizeof(*absolute));
	int status = absolute ? IW_STATUS_DONE : IW_STATUS_ERROR;

	for (size_t i = 0; status == IW_STATUS_DONE && i < paths->len; i++) {
		if (make_absolute(reading, &paths->items[i], &absolute[i]) < 0)
			status = IW_STATUS_ERROR;
	}
	if (status == IW_STATUS_DONE && has_two_alike(reading, absolute, paths->len))
		status = IW_STATUS_ERROR;
	for (size_t i = 0; status == IW_STATUS_DONE && i < paths->len; i++) {
		assert(absolute[i].data);
		restore_path(reading, absolute[i].data);
	}
	for (size_t i = 0; absolute && i < paths->len; i++)
		iw_buffer_done(&absolute[i]);
	free(absolute);
	return status;
}

/* --check -------------------------------------------------------------------------- */

static void tell_damaged(void *context, const struct iw_catalog_problem *problem)
{
	struct reading *reading = context;
	char message[256];

	snprintf(message, sizeof(message), "%s%s%s", problem->reason,
		 problem->error ? ": " : "",
		 problem->error ? strerror(-problem->error) : "");
	const struct iw_store_line line = {
		.time_ns = INT64_MIN,
		.event = "damaged",
		.path = problem->place,
		.size = -1,
		.version_ns = INT64_MIN,
		.error = problem->error ? iw_errname(-problem->error) : NULL,
		.message = message,
	};
	iw_store_output_print(&reading->output, &line);
}

static void sum_up(struct reading *reading, const struct iw_check_counts *counts)
{
	const bool is_verified = reading->options->is_verified;
	char verified[160] = "";

	if (reading->output.is_json) {
		if (is_verified)
			snprintf(verified, sizeof(verified),
				 ",\"verified\":%" PRIu64 ",\"unchecked\":%" PRIu64,
				 counts->verified, counts->unchecked);
		iw_store_output_printf(
			&reading->output,
			"{\"event\":\"checked\",\"files\":%" PRIu64
			",\"versions\":%" PRIu64 ",\"problems\":%" PRIu64 "%s}",
			counts->files, counts->versions, counts->problems, verified);
		return;
	}
	if (is_verified)
		snprintf(verified, sizeof(verified),
			 "; %" PRIu64 " versions are as they were stored, %" PRIu64
			 " could not be checked",
			 counts->verified, counts->unchecked);
	iw_store_output_printf(
		&reading->output,
		"checked %" PRIu64 " files, %" PRIu64 " versions: %" PRIu64 " problems%s",
		counts->files, counts->versions, counts->problems, verified);
}

static int check_store(struct reading *reading)
{
	const struct iw_check_config config = {
		.store_fd = reading->store_fd,
		.is_verified = reading->options->is_verified,
		.told = tell_damaged,
		.context = reading,
	};
	struct iw_check_counts counts = {0};

	const int r = iw_check(&config, &counts);
	if (r < 0) {
		iw_say(reading->messages, IW_ERROR, "%s: %s", reading->options->path,
		       strerror(-r));
		return IW_STATUS_ERROR;
	}
	reading->is_incomplete = counts.problems > 0;
	if (reading->is_summed_up)
		sum_up(reading, &counts);
	return IW_STATUS_DONE;
}

static int run_mode(struct reading *reading, const struct iw_options *options)
{
	if (open_store(reading) < 0)
		return IW_STATUS_ERROR;
	if (options->store.mode == IW_STORE_CHECK)
		return check_store(reading);
	if (check_format(reading) < 0)
		return IW_STATUS_ERROR;
	if (options->store.mode == IW_STORE_RESTORE)
		return restore_paths(reading, &options->paths);
	list_paths(reading, &options->paths);
	return IW_STATUS_DONE;
}

int iw_store_modes_run(const struct iw_options *options, struct iw_messages *messages)
{
	struct reading reading = {
		.options = &options->store,
		.has_privileges = options->backup.keeps_privileges,
		.messages = messages,
		.store_fd = -1,
		.is_summed_up = options->quiet == 0,
	};

	/* A reader that has left is told, and does not end a restore in the middle. */
	signal(SIGPIPE, SIG_IGN);
	iw_store_output_init(&reading.output, options);
	int status = run_mode(&reading, options);
	if (reading.output.error) {
		iw_say(messages, IW_ERROR, "cannot write to stdout: %s",
		       strerror(-reading.output.error));
		status = IW_STATUS_OUTPUT;
	} else if (status == IW_STATUS_DONE && reading.is_incomplete) {
		status = IW_STATUS_INCOMPLETE;
	}
	iw_cleanup_close(&reading.store_fd);
	iw_store_output_done(&reading.output);
	return status;
}
