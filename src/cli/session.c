/* SPDX-License-Identifier: MIT */
#include "cli/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/inotify.h>

#include "cli/blind.h"
#include "cli/notify.h"
#include "cli/outfile.h"
#include "cli/patterns.h"
#include "cli/personality.h"

/* What is told waits until all is watched. */
static bool is_held(const struct iw_session *session)
{
	return session->options->personality->is_told_when_ready && !session->is_ready;
}

void iw_session_end(struct iw_session *session, int status)
{
	if (session->is_ending)
		return;
	session->is_ending = true;
	session->is_abandoned |= is_held(session);
	session->status = status;
	iw_notify(session->messages, "STOPPING=1");
}

int iw_session_end_by_record(struct iw_session *session, int status)
{
	if (is_held(session)) {
		session->is_due = true;
		session->due_status = status;
		return 0;
	}
	iw_session_end(session, status);
	return -ECANCELED;
}

void iw_session_fail_output(struct iw_session *session, int error)
{
	const struct iw_personality *personality = session->options->personality;
	const char *path = session->options->output_path;

	if (error == -EPIPE && personality->is_ended_by_signals)
		session->signal = SIGPIPE;
	else if (error == -EPIPE)
		iw_say(session->messages, IW_ERROR, "the reader of the output has left");
	else
		iw_say(session->messages, IW_ERROR, "cannot write to %s: %s",
		       path ? path : "stdout", strerror(-error));
	/* Also when it was ending already: what was promised is not there. */
	session->is_ending = true;
	session->status = personality->output_status;
}

static int output_fd(const struct iw_session *session)
{
	return session->outfile_fd >= 0 ? session->outfile_fd : STDOUT_FILENO;
}

/* Standard output is the command's: whether its reader has left is nothing to us. */
static int open_null(struct iw_session *session)
{
	session->null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (session->null_fd >= 0)
		return 0;
	const int error = errno;
	iw_say(session->messages, IW_ERROR, "cannot open /dev/null: %s", strerror(error));
	return -error;
}

static int init_output(struct iw_session *session)
{
	if (session->actions && !session->options->action.is_print)
		return open_null(session);
	if (session->options->output_path) {
		session->outfile_fd =
			iw_outfile_open(session->options, session->options->output_path,
					session->messages);
		if (session->outfile_fd < 0)
			return session->outfile_fd;
	}
	if (iw_options_writes(session->options) && !session->options->output_path &&
	    session->options->is_stdout_closed) {
		iw_session_fail_output(session, -EBADF);
		return -EBADF;
	}
	return 0;
}

void iw_session_flush(struct iw_session *session)
{
	/* What cannot be held is told early: setting up has to come to its end. */
	if (session->is_abandoned ||
	    (is_held(session) && !iw_output_is_full(session->output)))
		return;
	const int r = iw_output_flush(session->output);
	if (r >= 0)
		return;
	iw_session_fail_output(session, r);
	session->is_abandoned = true;
}

/* Records are written before the turn looks for more: a microsecond earlier. */
static void on_told(void *context)
{
	struct iw_session *session = context;

	if (session->output)
		iw_session_flush(session);
}

/* How records look: on a terminal harmless and perhaps coloured, elsewhere raw. */
static struct iw_style choose_style(const struct iw_options *options)
{
	const char *no_color = getenv("NO_COLOR");
	const bool is_terminal = !options->output_path && isatty(STDOUT_FILENO);
	const bool is_colored = options->color == IW_COLOR_ALWAYS ||
				(options->color == IW_COLOR_AUTO && is_terminal &&
				 !(no_color && *no_color));

	return (struct iw_style){.escape = is_terminal, .color = is_colored};
}

static int init_print(struct iw_session *session)
{
	const struct iw_options *options = session->options;
	const struct iw_print_config config = {
		.kind = options->is_json  ? IW_PRINT_JSON
			: options->is_csv ? IW_PRINT_CSV
					  : IW_PRINT_TEXT,
		.format = options->format,
		.format_len = options->format ? strlen(options->format) : 0,
		.terminator = options->is_null_terminated ? "" : "\n",
		.terminator_len = options->has_no_newline ? 0 : 1,
		.time = {iw_timefmt_append, &session->timefmt},
	};
	struct iw_format *format;

	session->timefmt.format = options->time_format;
	int r = iw_print_new(&config, &session->print);
	if (r == -E2BIG)
		iw_say(session->messages, IW_ERROR, "--format is longer than %d bytes",
		       IW_FORMAT_MAX_LEN);
	if (r < 0 || !options->format || options->time_format)
		return r;
	r = iw_format_new(options->format, strlen(options->format), &format);
	if (r < 0)
		return r;
	const bool has_time = iw_format_has_time(format);
	iw_format_free(format);
	if (!has_time)
		return 0;
	iw_say(session->messages, IW_ERROR, "%%T in --format needs --timefmt");
	return -EINVAL;
}

static int init_filter(struct iw_session *session)
{
	IW_AUTO_BUFFER struct iw_buffer error = IW_BUFFER_INIT;

	int r = iw_filter_new(&session->filter);
	if (r < 0)
		return r;
	iw_filter_set_type(session->filter, session->options->type);
	r = iw_patterns_compile(&session->options->patterns, session->filter, &error);
	if (r == -EINVAL && iw_buffer_terminate(&error) == 0)
		iw_say(session->messages, IW_ERROR, "%s", error.data);
	return r;
}

static int init_actions(struct iw_session *session)
{
	if (!iw_options_has_action(session->options))
		return 0;
	return iw_actions_new(session->options, session->messages, &session->actions,
			      &session->status);
}

static uint32_t choose_mask(const struct iw_session *session)
{
	if (session->stats)
		return iw_stats_mask(session->options, session->options->mask
							       ? session->options->mask
							       : IN_ALL_EVENTS);
	if (session->options->mask)
		return session->options->mask;
	return session->actions ? iw_actions_default_mask() : IN_ALL_EVENTS;
}

static int init_watcher(struct iw_session *session)
{
	const struct iw_options *options = session->options;
	const bool is_paired =
		options->moves == IW_MOVES_PAIR ||
		(options->moves == IW_MOVES_DEFAULT &&
		 ((options->is_json && !session->stats) || session->actions));
	const struct iw_watcher_config config = {
		.mask = choose_mask(session),
		.is_recursive = options->is_recursive,
		.is_link_watched = options->is_link_watched,
		.is_one_file_system = options->is_one_file_system,
		.is_paired = is_paired,
		.is_listed = options->is_listed || options->action.is_compared,
		.may_change_directory = true,
		.max_depth = options->max_depth,
		.queue_fd = options->queue_fd,
		.filter = session->filter,
		.record = iw_report_record,
		.remounted = iw_report_remount,
		.unanchored = iw_report_unanchored,
		.told = on_told,
		.watched = options->personality->watched,
		.context = session,
	};

	int r = iw_watcher_new(&config, &session->watcher);
	if (r < 0 && r != -ENOMEM)
		session->messages->wording->say_no_watcher(session->messages, -r);
	for (size_t i = 0; i < options->paths.len && r == 0; i++) {
		const struct iw_text *path = &options->paths.items[i];

		r = iw_watcher_add(session->watcher, path->bytes, path->len);
		if (r == -EINVAL || r == -ENAMETOOLONG)
			iw_say(session->messages, IW_ERROR, "'%.*s' cannot be a PATH: %s",
			       (int)path->len, path->bytes, strerror(-r));
	}
	return r;
}

int iw_session_open_output(struct iw_session *session)
{
	const struct iw_options *options = session->options;
	const int fd = output_fd(session);

	if (session->output)
		return 0;
	const bool is_refused = iw_options_writes(options) &&
				(fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
	int r = is_refused ? -EBADF
			   : iw_output_new(session->null_fd >= 0 ? session->null_fd : fd,
					   options->buffer_len, &session->output);
	if (r == 0)
		r = iw_watcher_set_own_file(session->watcher, fd);
	if (r < 0) {
		iw_session_fail_output(session, r);
		return r;
	}
	session->style = choose_style(options);
	iw_print_set_style(session->print, session->style);
	return 0;
}

void iw_session_warn(struct iw_session *session)
{
	int r = iw_blind_warn(session->options, iw_watcher_mounts(session->watcher),
			      session->messages);

	if (r == 0)
		return;
	iw_say(session->messages, IW_ERROR, "cannot go on: %s", strerror(-r));
	iw_session_end(session, IW_STATUS_ERROR);
}

void iw_session_say_mounts_error(const struct iw_session *session)
{
	struct iw_watcher_state state;

	iw_watcher_get_state(session->watcher, &state);
	if (state.mounts_error)
		iw_say(session->messages, IW_WARNING,
		       "mounts cannot be followed, and what they hide is not told: "
		       "/proc/self/mountinfo: %s",
		       strerror(state.mounts_error));
}

int iw_session_init(struct iw_session *session, const struct iw_options *options,
		    struct iw_messages *messages)
{
	*session = (struct iw_session){
		.options = options,
		.messages = messages,
		.prints = iw_options_prints(options),
		.outfile_fd = -1,
		.daemon_fd = -1,
		.null_fd = -1,
		.status = IW_STATUS_ERROR,
	};
	int r = init_filter(session);
	if (r == 0)
		r = init_print(session);
	if (r == 0)
		r = init_actions(session);
	if (r == 0 && options->stats.is_on)
		r = iw_stats_new(options, session->filter, &session->stats);
	if (r == 0)
		r = init_output(session);
	if (r == 0)
		r = init_watcher(session);
	if (r == -ENOMEM)
		iw_say(messages, IW_ERROR, "out of memory");
	return r;
}

void iw_session_done(struct iw_session *session)
{
	iw_watcher_free(session->watcher);
	iw_actions_free(session->actions);
	iw_stats_free(session->stats);
	iw_output_free(session->output);
	iw_print_free(session->print);
	iw_filter_free(session->filter);
	iw_buffer_done(&session->remedy);
	if (session->outfile_fd >= 0)
		close(session->outfile_fd);
	if (session->null_fd >= 0)
		close(session->null_fd);
}

void iw_session_reopen(struct iw_session *session)
{
	const int fd = iw_outfile_open(session->options, session->options->output_path,
				       session->messages);

	if (fd < 0)
		return;
	/* What waits belongs to the old file, which takes it at once. */
	int r = iw_output_flush(session->output);
	if (r >= 0)
		r = iw_output_reopen(session->output, fd);
	if (r < 0) {
		close(fd);
		iw_session_fail_output(session, r);
		return;
	}
	close(session->outfile_fd);
	session->outfile_fd = fd;
	if (session->stats)
		iw_stats_begin_output(session->stats);
	if (iw_watcher_set_own_file(session->watcher, fd) < 0)
		iw_session_end(session, IW_STATUS_ERROR);
}

void iw_session_say_state(struct iw_session *session)
{
	struct iw_watcher_state state;

	iw_watcher_get_state(session->watcher, &state);
	iw_say(session->messages, IW_WARNING,
	       "%s; watched %zu, not watched %zu, to be visited %zu, tree %zu bytes",
	       state.is_ready ? "ready" : "setting up", state.watched, state.lost,
	       state.waiting, state.tree_bytes);
	iw_say(session->messages, IW_WARNING,
	       "events %" PRIu64 ", records %" PRIu64 " (%" PRIu64
	       " shown), overflows %" PRIu64
	       ", kernel queue %zu bytes, output waiting %zu bytes",
	       state.events, state.records, session->told, state.overflows,
	       state.queued_len, iw_output_waiting(session->output));
	if (session->actions)
		iw_actions_say_state(session->actions);
}
