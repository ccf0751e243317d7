/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "cli/backup.h"
#include "cli/daemon.h"
#include "cli/help.h"
#include "cli/loop.h"
#include "cli/paths.h"
#include "cli/personality.h"
#include "cli/session.h"
#include "cli/store-modes.h"
#include "source/inotify.h"

/*
 * Descriptors 0, 1 and 2 that were closed must not be given to the next file opened:
 * messages would be written into it. Standard output gets one that cannot be written, so
 * that losing records is an error. Returns true if it was closed.
 */
static bool guard_standard_descriptors(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};
	bool is_stdout_closed = false;

	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		const bool is_open = fcntl(fd, F_GETFD) >= 0;

		if (!is_open && open("/dev/null", flags[fd]) != fd)
			_exit(IW_STATUS_ERROR);
		is_stdout_closed |= fd == STDOUT_FILENO && !is_open;
	}
	return is_stdout_closed;
}

/*
 * The kernel gives the lowest number that is free. So the inotify instance is opened
 * before all else, where one is needed: if its number is above 2, those are all open, and
 * nothing need be asked. Where there is none to be had, the watcher says so later.
 */
static void open_first(struct iw_options *options)
{
	const bool is_watching = !(options->is_help || options->is_version ||
				   options->store.mode || options->backup.store);
	const int fd = is_watching ? iw_inotify_open() : -1;

	if (fd > STDERR_FILENO) {
		options->queue_fd = fd;
		return;
	}
	if (fd >= 0)
		close(fd);
	options->is_stdout_closed = guard_standard_descriptors();
}

/* --help and --version. Returns the status. */
static int print_text(const struct iw_options *options, struct iw_messages *messages)
{
	const struct iw_personality *personality = options->personality;
	IW_AUTO_BUFFER struct iw_buffer text = IW_BUFFER_INIT;
	size_t written = 0;

	if (!personality->is_ended_by_signals)
		signal(SIGPIPE, SIG_IGN);
	const int r = options->is_help ? iw_help_append(personality, &text)
				       : iw_help_append_version(personality, &text);
	if (r < 0)
		return IW_STATUS_ERROR;
	while (written < text.len) {
		const ssize_t n =
			write(STDOUT_FILENO, text.data + written, text.len - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			iw_say(messages, IW_ERROR, "cannot write to stdout: %s",
			       strerror(errno));
			return personality->output_status;
		}
		written += (size_t)n;
	}
	return options->is_help ? personality->help_status : IW_STATUS_DONE;
}

/*
 * Before anything is opened that can be written to: later a wrong number could be one of
 * our own descriptors.
 */
static bool is_ready_fd_writable(int fd)
{
	const int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/* Whoever waits for us is known, and we are in the background, if asked for. */
static int prepare(const struct iw_options *options, struct iw_messages *messages,
		   int *ret_daemon_fd)
{
	if (options->ready_fd >= 0 && !is_ready_fd_writable(options->ready_fd)) {
		iw_say(messages, IW_ERROR, "--ready-fd %d is not open for writing",
		       options->ready_fd);
		return -EBADF;
	}
	const int r = options->is_daemon ? iw_daemon_fork(ret_daemon_fd) : 0;
	if (r < 0)
		iw_say(messages, IW_ERROR, "cannot fork: %s", strerror(-r));
	return r;
}

/* With a pid file, if asked for; then the session itself. */
static int run(const struct iw_options *options, struct iw_messages *messages,
	       int daemon_fd, int *ret_signal)
{
	struct iw_session session;
	sigset_t mask;

	int r = iw_session_init(&session, options, messages);
	session.daemon_fd = daemon_fd;
	if (r == 0 && options->is_syslog && !messages->is_syslog)
		iw_messages_to_syslog(messages);
	/* Not before: opening a pipe as --outfile may take for ever. */
	iw_loop_hold_signals(&session, &mask);
	if (r == 0 && options->pid_path) {
		r = iw_daemon_write_pid(options->pid_path);
		if (r < 0)
			iw_say(messages, IW_ERROR, "cannot write %s: %s",
			       options->pid_path, strerror(-r));
	}
	if (r == 0)
		iw_loop_run(&session, &mask);
	if (r == 0 && options->pid_path)
		unlink(options->pid_path);
	iw_session_done(&session);
	*ret_signal = session.signal;
	return session.status;
}

static int run_mode(const struct iw_options *options, struct iw_messages *messages,
		    int *ret_signal)
{
	int daemon_fd = -1;

	if (options->store.mode)
		return iw_store_modes_run(options, messages);
	if (prepare(options, messages, &daemon_fd) < 0)
		return IW_STATUS_ERROR;
	if (options->backup.store)
		return iw_backup_run(options, messages, daemon_fd, ret_signal);
	return run(options, messages, daemon_fd, ret_signal);
}

/* On a terminal, which is asked for when there is something to say. */
static bool is_color_wanted(const struct iw_options *options)
{
	const char *no_color = getenv("NO_COLOR");

	return options->color == IW_COLOR_ALWAYS ||
	       (options->color == IW_COLOR_AUTO && !(no_color && *no_color));
}

/* What is to be said of the command line; r is 0 or the errno, -ECANCELED if more was
 * said. */
static void say_lines(struct iw_messages *messages, struct iw_buffer *lines, int r)
{
	if (iw_buffer_terminate(lines) < 0)
		return;
	if (r < 0 && r != -ECANCELED && lines->len == 0)
		iw_say(messages, IW_ERROR, "%s", strerror(-r));
	for (const char *line = lines->data; *line;) {
		const size_t len = strcspn(line, "\n");

		iw_say(messages, IW_ERROR, "%.*s", (int)len, line);
		line += len + (line[len] != '\0');
	}
}

static int run_command_line(int argc, char **argv, int *ret_signal)
{
	IW_AUTO_BUFFER struct iw_buffer error = IW_BUFFER_INIT;
	struct iw_path_files files = {0};
	struct iw_messages messages;
	struct iw_options options;
	int status = IW_STATUS_ERROR;

	const struct iw_personality *personality = iw_personality_of(argv[0]);
	int r = iw_options_parse(personality, argc, argv, &options, &error);
	open_first(&options);
	iw_messages_init(&messages, &personality->wording, options.quiet,
			 options.verbose);
	if (is_color_wanted(&options))
		iw_messages_allow_color(&messages);
	if (options.is_syslog && !personality->wording.is_syslog_late)
		iw_messages_to_syslog(&messages);
	say_lines(&messages, &error, r);
	iw_buffer_clear(&error);
	if (r == 0 && (options.is_help || options.is_version))
		status = print_text(&options, &messages);
	else if (r == 0 && (r = iw_paths_read(&options, &files, &error)) < 0)
		say_lines(&messages, &error, r);
	else if (r == 0)
		status = run_mode(&options, &messages, ret_signal);
	iw_path_files_done(&files);
	iw_options_done(&options);
	return status;
}

/* Whoever waits for us is to see the signal, not a number; it may be held still, if it
 * came before the loop was there, or by whoever has started us. */
static void end_by_signal(int number)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, number);
	signal(number, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	raise(number);
}

int main(int argc, char **argv)
{
	int ended_by = 0;

	const int status = run_command_line(argc, argv, &ended_by);
	if (ended_by)
		end_by_signal(ended_by);
	return status;
}
