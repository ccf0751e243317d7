/* SPDX-License-Identifier: MIT */
#include "cli/actions.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>

#include "cli/action-loops.h"
#include "cli/loop.h"
#include "cli/outcome.h"
#include "cli/terminal.h"

struct iw_actions {
	const struct iw_options *options;
	struct iw_messages *messages;
	struct iw_launch *launch;
	struct iw_run *run;
	struct iw_seen *seen;  /* NULL: without --changed-only */
	struct iw_buffer path; /* of the record at hand */
	struct iw_buffer from;
	uint32_t mask;
	bool is_each;   /* a run for each path */
	bool is_listed; /* what was there at the start has been told */
};

/* What reading a file makes the kernel tell, also when we do so. */
static const uint32_t READING = IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE;

uint32_t iw_actions_default_mask(void)
{
	return IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE;
}

/* ---- What runs tell ---- */

static void on_begins(void *context)
{
	const struct iw_actions *actions = context;
	const unsigned clear = actions->options->action.clear;

	if (clear)
		iw_terminal_clear(STDOUT_FILENO, clear > 1);
}

static void on_ended(void *context, const struct iw_run_end *end)
{
	const struct iw_actions *actions = context;

	iw_outcome_say(actions->messages, actions->options, actions->launch, end);
}

static void on_looped(void *context, const char *path, uint64_t len)
{
	const struct iw_actions *actions = context;

	iw_say_loop(actions->messages, actions->options, path, len);
}

void iw_actions_say_state(const struct iw_actions *actions)
{
	struct iw_run_state state;

	iw_run_get_state(actions->run, &state);
	iw_say(actions->messages, IW_WARNING,
	       "runs ended %" PRIu64 " (%" PRIu64
	       " failed), running %zu, left behind %zu, changes waiting %zu",
	       state.ended, state.failed, state.running, state.left, state.waiting);
	if (!actions->seen)
		return;
	size_t bytes;
	const size_t count = iw_seen_count(actions->seen, &bytes);
	iw_say(actions->messages, IW_WARNING, "remembered %zu paths in %zu bytes", count,
	       bytes);
}

/* ---- Setting up ---- */

/* The command has the signals as the program got them: what was ignored is ignored. */
static void choose_signals(struct iw_launch_config *config)
{
	struct sigaction action;

	sigprocmask(SIG_BLOCK, NULL, &config->mask);
	iw_loop_heard_signals(&config->defaults);
	for (int number = 1; number < NSIG; number++) {
		if (sigismember(&config->defaults, number) == 1 &&
		    sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			sigdelset(&config->defaults, number);
	}
}

static int init_launch(struct iw_actions *actions)
{
	const struct iw_action_options *options = &actions->options->action;
	struct iw_launch_config config = {
		.args = options->command,
		.len = options->command_len,
		.shell = options->shell,
		.feed = options->feed,
	};
	const char *problem = "";

	choose_signals(&config);
	int r = iw_launch_new(&config, &actions->launch, &problem);
	if (r == -EINVAL)
		iw_say(actions->messages, IW_ERROR, "%s", problem);
	if (r < 0)
		return r;
	actions->is_each = iw_launch_kind(actions->launch) == IW_TEMPLATE_EACH;
	if (actions->is_each && options->is_initial) {
		iw_say(actions->messages, IW_ERROR,
		       "--initial has no path for {}; --list runs the command for each "
		       "that is there");
		return -EINVAL;
	}
	if (actions->is_each && options->feed != IW_FEED_NOTHING) {
		iw_say(actions->messages, IW_ERROR,
		       "--stdin is for one run for all paths, {} is for one run for "
		       "each");
		return -EINVAL;
	}
	if (!actions->is_each && options->jobs > 1) {
		iw_say(actions->messages, IW_ERROR,
		       "--jobs needs a run for each path: {} in COMMAND");
		return -EINVAL;
	}
	return 0;
}

/* Whoever lets changes settle for longer can wait longer too: 1 s with the default. */
static int64_t choose_max_wait_ns(const struct iw_options *options, int64_t settle_ns)
{
	static const int64_t LEAST_NS = 1000 * 1000 * 1000;
	const int64_t many_ns =
		settle_ns < INT64_MAX / 20 ? settle_ns * 20 : INT64_MAX / 2;

	if (options->max_wait_ns >= 0)
		return options->max_wait_ns;
	return many_ns > LEAST_NS ? many_ns : LEAST_NS;
}

static int init_run(struct iw_actions *actions)
{
	static const int64_t DEFAULT_SETTLE_NS = 50 * 1000 * 1000;
	const struct iw_action_options *options = &actions->options->action;
	const int64_t settle_ns = actions->options->settle_ns >= 0
					  ? actions->options->settle_ns
					  : DEFAULT_SETTLE_NS;
	const struct iw_run_config config = {
		.launch = actions->launch,
		.seen = actions->seen,
		.on_busy = options->on_busy,
		.jobs = (size_t)options->jobs,
		.count = actions->options->count,
		.is_error_final = options->is_error_final,
		.signal = options->signal,
		.stop_signal = options->stop_signal,
		.stop_timeout_ns = options->stop_timeout_ns,
		.timeout_ns = options->run_timeout_ns,
		.settle_ns = settle_ns,
		.max_wait_ns = choose_max_wait_ns(actions->options, settle_ns),
		.limit_len = actions->options->buffer_len,
		.begins = on_begins,
		.ended = on_ended,
		.looped = on_looped,
		.context = actions,
	};

	return iw_run_new(&config, &actions->run);
}

/* Whoever starts it wants to know at once, not at the first change. */
static int check_command(const struct iw_actions *actions, int *ret_status)
{
	int r = iw_launch_check(actions->launch);

	if (r == 0 || r == -ENOMEM)
		return r;
	*ret_status = r == -ENOENT ? 127 : 126;
	iw_say(actions->messages, IW_ERROR, "cannot run %s: %s",
	       iw_outcome_command(actions->options),
	       iw_outcome_why_not(actions->launch, r));
	return r;
}

static int init_seen(struct iw_actions *actions)
{
	if (!(actions->mask & ~READING)) {
		iw_say(actions->messages, IW_ERROR,
		       "with --changed-only nothing would be run: none of these events "
		       "changes anything");
		return -EINVAL;
	}
	return iw_seen_new(&actions->seen);
}

int iw_actions_new(const struct iw_options *options, struct iw_messages *messages,
		   struct iw_actions **ret_actions, int *ret_status)
{
	struct iw_actions *actions = calloc(1, sizeof(*actions));

	if (!actions)
		return -ENOMEM;
	actions->options = options;
	actions->messages = messages;
	actions->mask = options->mask ? options->mask : iw_actions_default_mask();
	int r = init_launch(actions);
	if (r == 0)
		r = check_command(actions, ret_status);
	if (r == 0 && options->action.is_compared)
		r = init_seen(actions);
	if (r == 0)
		r = init_run(actions);
	if (r < 0) {
		iw_actions_free(actions);
		return r;
	}
	/* What a command leaves behind becomes ours, to be waited for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*ret_actions = actions;
	return 0;
}

void iw_actions_free(struct iw_actions *actions)
{
	if (!actions)
		return;
	iw_run_free(actions->run);
	iw_seen_free(actions->seen);
	iw_launch_free(actions->launch);
	iw_buffer_done(&actions->path);
	iw_buffer_done(&actions->from);
	free(actions);
}

struct iw_run *iw_actions_run(const struct iw_actions *actions)
{
	return actions->run;
}

void iw_actions_open(struct iw_actions *actions)
{
	if (actions->options->action.is_initial)
		iw_run_want(actions->run);
	iw_run_open(actions->run);
}

/* ---- Changes ---- */

/* As a command gets it: never to be taken for an option. */
static int name_path(struct iw_buffer *name, const struct iw_path *path)
{
	iw_buffer_clear(name);
	int r = path->len && path->bytes[0] == '-' ? iw_buffer_append_str(name, "./") : 0;
	return r == 0 ? iw_path_append_plain(name, path) : r;
}

/* A PATH that is gone is told as lost; for a command it was deleted. */
static bool is_deletion(const struct iw_actions *actions, const struct iw_record *record)
{
	return record->event == IW_LOST && (actions->mask & IN_DELETE) &&
	       (record->error == ENOENT || record->error == ENOTDIR);
}

static bool is_change(const struct iw_actions *actions, const struct iw_record *record)
{
	if (iw_event_is_control(record->event))
		return false;
	if (actions->seen && (record->event == IW_OPEN || record->event == IW_ACCESS ||
			      record->event == IW_CLOSE_NOWRITE))
		return false;
	/* It is told whether asked for or not. */
	return record->event != IW_UNMOUNT || (actions->mask & IN_UNMOUNT);
}

/* The other end of a move, or of an exchange, where each path is told by itself. */
static int take_other_end(struct iw_actions *actions, struct iw_sight sight,
			  int64_t now_ns)
{
	const bool is_exchange = sight.event == IW_EXCHANGE;
	const struct iw_sight other = {
		.path = sight.from,
		.path_len = sight.from_len,
		.from = is_exchange ? sight.path : NULL,
		.from_len = is_exchange ? sight.path_len : 0,
		.event = is_exchange ? IW_EXCHANGE : IW_MOVED_OUT,
		.is_dir = sight.is_dir,
		.time_ns = sight.time_ns,
	};

	/* A run for each path is told where the move came from. */
	if (!is_exchange && (actions->is_each || !(actions->mask & IN_MOVED_FROM))) {
		if (actions->seen)
			iw_run_forget(actions->run, &other);
		return 0;
	}
	return iw_run_add(actions->run, &other, now_ns);
}

/* A PATH that is a symbolic link stands for what it leads to. */
static int follow(struct iw_actions *actions, const struct iw_path *path)
{
	size_t below_len;

	iw_path_below_root(path, &below_len);
	if (below_len > 0 || actions->options->is_link_watched)
		return 0;
	return iw_seen_follow(actions->seen, actions->path.data, actions->path.len);
}

int iw_actions_take(struct iw_actions *actions, const struct iw_record *record,
		    int64_t now_ns)
{
	const bool is_deleted = is_deletion(actions, record);

	if (record->event == IW_READY)
		actions->is_listed = true;
	/* What is gone since nobody can tell; a run for each path needs a path. */
	if (record->event == IW_SYNCED && actions->seen && !actions->is_each)
		iw_run_want(actions->run);
	if (!is_deleted && !is_change(actions, record))
		return 0;
	int r = name_path(&actions->path, &record->path);
	if (r == 0 && record->from.bytes)
		r = name_path(&actions->from, &record->from);
	if (r < 0)
		return r;
	const struct iw_sight sight = {
		.path = actions->path.data,
		.path_len = actions->path.len,
		.from = record->from.bytes ? actions->from.data : NULL,
		.from_len = record->from.bytes ? actions->from.len : 0,
		.event = is_deleted ? IW_DELETE : record->event,
		.is_dir = iw_record_is_dir(record),
		.time_ns = record->time_ns,
	};
	if (sight.from)
		r = take_other_end(actions, sight, now_ns);
	if (r == 0 && actions->seen)
		r = follow(actions, &record->path);
	if (r < 0)
		return r;
	/* What was there when we began is no change, but known. */
	if (actions->seen && record->event == IW_FOUND && !actions->is_listed &&
	    !actions->options->is_listed)
		return iw_run_learn(actions->run, &sight);
	return iw_run_add(actions->run, &sight, now_ns);
}

int iw_actions_take_resync(struct iw_actions *actions, const struct iw_record *record,
			   bool is_overflow, int64_t now_ns)
{
	struct iw_record found = *record;
	const bool is_told_paths =
		actions->is_each || iw_launch_tells_paths(actions->launch);

	/* What is there after an overflow is found; who asks what, is told just that. */
	if (is_overflow && is_told_paths)
		return 0;
	/* The same that has names be found in it. */
	if (!is_overflow && !(actions->mask & IN_CREATE))
		return 0;
	found.event = IW_FOUND;
	found.mask = IN_CREATE | IN_ISDIR;
	return iw_actions_take(actions, &found, now_ns);
}
