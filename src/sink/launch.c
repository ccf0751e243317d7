/* SPDX-License-Identifier: MIT */
#include "sink/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>

#include "core/json.h"
#include "core/record.h"
#include "sink/child.h"

enum {
	OWN_VARIABLES = 3,
	/* Of one text in the environment or the arguments: MAX_ARG_STRLEN, execve(2). */
	LONGEST_TEXT = 128 * 1024 - 1,
	/* A command line for more is slower than two of them. */
	LONGEST_LINE = 2 * 1024 * 1024,
	/* What POSIX asks to leave for the command's own changes of its environment. */
	HEADROOM = 2048,
};

static const char *const own_names[OWN_VARIABLES] = {
	"INOWATCH_PATH=",
	"INOWATCH_EVENTS=",
	"INOWATCH_COUNT=",
};

struct iw_launch {
	struct iw_launch_config config;
	struct iw_template *template;
	struct iw_child_places places; /* empty: a change says what is run */
	struct iw_buffer texts;        /* our variables */
	char **environment;            /* the first OWN_VARIABLES entries are ours */
	size_t environment_len;        /* bytes and pointers of what is inherited */
};

static bool is_own(const char *variable)
{
	for (size_t i = 0; i < OWN_VARIABLES; i++) {
		if (strncmp(variable, own_names[i], strlen(own_names[i])) == 0)
			return true;
	}
	return false;
}

static int inherit_environment(struct iw_launch *launch)
{
	size_t count = 0;
	size_t at = OWN_VARIABLES;

	while (environ && environ[count])
		count++;
	launch->environment =
		calloc(OWN_VARIABLES + count + 1, sizeof(*launch->environment));
	if (!launch->environment)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (is_own(environ[i]))
			continue;
		launch->environment[at++] = environ[i];
		launch->environment_len += strlen(environ[i]) + 1 + sizeof(char *);
	}
	return 0;
}

void iw_launch_free(struct iw_launch *launch)
{
	if (!launch)
		return;
	iw_template_free(launch->template);
	iw_child_places_done(&launch->places);
	iw_buffer_done(&launch->texts);
	free(launch->environment);
	free(launch);
}

static int make_template(struct iw_launch *launch, const char **ret_problem)
{
	const struct iw_launch_config *config = &launch->config;

	if (config->shell)
		return iw_template_new_shell(config->shell, &launch->template);
	return iw_template_new(config->args, config->len, &launch->template, ret_problem);
}

int iw_launch_new(const struct iw_launch_config *config, struct iw_launch **ret_launch,
		  const char **ret_problem)
{
	struct iw_launch *launch = calloc(1, sizeof(*launch));

	if (!launch)
		return -ENOMEM;
	launch->config = *config;
	int r = make_template(launch, ret_problem);
	if (r == 0)
		r = inherit_environment(launch);
	if (r == 0 && !iw_template_is_name_filled(launch->template)) {
		r = iw_child_find(config->shell ? "/bin/sh" : config->args[0],
				  &launch->places);
		/* It may be there when it is needed. */
		if (r == -ENOENT || r == -EACCES)
			r = 0;
	}
	if (r < 0) {
		iw_launch_free(launch);
		return r;
	}
	*ret_launch = launch;
	return 0;
}

enum iw_template_kind iw_launch_kind(const struct iw_launch *launch)
{
	return iw_template_kind(launch->template);
}

bool iw_launch_tells_paths(const struct iw_launch *launch)
{
	return iw_launch_kind(launch) == IW_TEMPLATE_ALL ||
	       launch->config.feed != IW_FEED_NOTHING;
}

int iw_launch_check(const struct iw_launch *launch)
{
	struct iw_child_places places = {0};

	if (!launch->places.files)
		return 0;
	int r = iw_child_find(launch->config.shell ? "/bin/sh" : launch->config.args[0],
			      &places);
	iw_child_places_done(&places);
	return r;
}

/* ---- The environment ---- */

static int append_events(struct iw_buffer *texts, uint32_t events)
{
	const char *comma = "";
	int r = 0;

	for (unsigned event = 0; event < IW_EVENT_COUNT && r == 0; event++) {
		if (!(events & UINT32_C(1) << event))
			continue;
		r = iw_buffer_printf(texts, "%s%s", comma, iw_event_word(event));
		comma = ",";
	}
	return r;
}

/* The changes of one run: from first to before rest. */
struct share {
	struct iw_change *first;
	struct iw_change *rest;
};

static int append_variables(struct iw_buffer *texts, const struct share *share,
			    size_t starts[OWN_VARIABLES])
{
	uint32_t events = 0;
	size_t count = 0;
	int r;

	for (const struct iw_change *change = share->first; change != share->rest;
	     change = change->newer) {
		events |= change->events;
		count++;
	}
	iw_buffer_clear(texts);
	starts[0] = 0;
	r = iw_buffer_append_str(texts, own_names[0]);
	/* A longer text would keep the command from being run at all. */
	if (r == 0 && count > 0 && share->first->path_len < LONGEST_TEXT - texts->len)
		r = iw_buffer_append(texts, share->first->path, share->first->path_len);
	if (r == 0)
		r = iw_buffer_append_char(texts, '\0');
	starts[1] = texts->len;
	if (r == 0)
		r = iw_buffer_append_str(texts, own_names[1]);
	if (r == 0)
		r = append_events(texts, events);
	if (r == 0)
		r = iw_buffer_append_char(texts, '\0');
	starts[2] = texts->len;
	if (r == 0)
		r = iw_buffer_printf(texts, "%s%zu", own_names[2], count);
	return r == 0 ? iw_buffer_append_char(texts, '\0') : r;
}

static int set_environment(struct iw_launch *launch, const struct share *share)
{
	size_t starts[OWN_VARIABLES];

	int r = append_variables(&launch->texts, share, starts);
	for (size_t i = 0; i < OWN_VARIABLES && r == 0; i++)
		launch->environment[i] = launch->texts.data + starts[i];
	return r;
}

/* ---- Standard input ---- */

static int append_json(struct iw_buffer *text, const struct iw_change *change)
{
	const struct iw_record record = {
		.event = change->event,
		.mask = change->is_dir ? IN_ISDIR : 0,
		.time_ns = change->time_ns,
		.path = {change->path, change->path_len, 0, change->path_len},
		.from = {change->from, change->from_len, 0, change->from_len},
	};

	int r = iw_json_append(&record, text);
	return r == 0 ? iw_buffer_append_char(text, '\n') : r;
}

static int append_line(struct iw_buffer *text, const struct iw_change *change,
		       enum iw_feed feed)
{
	if (feed == IW_FEED_JSON)
		return append_json(text, change);
	int r = iw_buffer_append(text, change->path, change->path_len);
	return r == 0 ? iw_buffer_append_char(text, feed == IW_FEED_NUL ? '\0' : '\n')
		      : r;
}

static int write_all(int fd, const struct iw_buffer *text)
{
	for (size_t at = 0; at < text->len;) {
		const ssize_t n =
			IW_RETRY(pwrite(fd, text->data + at, text->len - at, (off_t)at));

		if (n < 0)
			return -errno;
		at += (size_t)n;
	}
	return 0;
}

/*
 * A file without a name: a command that reads late, or not at all, makes nobody wait, as
 * a pipe that is full would. ret_fd is -1 if the command is to read nothing.
 */
static int make_stdin(const struct iw_launch *launch, const struct share *share,
		      int *ret_fd)
{
	IW_AUTO_BUFFER struct iw_buffer text = IW_BUFFER_INIT;
	const enum iw_feed feed = launch->config.feed;
	int r = 0;

	*ret_fd = -1;
	if (feed == IW_FEED_NOTHING)
		return 0;
	IW_AUTO_CLOSE int fd = memfd_create("paths", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (const struct iw_change *change = share->first;
	     change != share->rest && r == 0; change = change->newer)
		r = append_line(&text, change, feed);
	if (r == 0)
		r = write_all(fd, &text);
	if (r == 0)
		*ret_fd = IW_TAKE_FD(fd);
	return r;
}

/* ---- All together ---- */

/* The room for arguments: execve(2) counts the environment too. */
static size_t room(const struct iw_launch *launch)
{
	const long limit = sysconf(_SC_ARG_MAX);
	const size_t used = launch->environment_len + launch->texts.len + HEADROOM;
	const size_t most =
		limit > 0 && limit < LONGEST_LINE ? (size_t)limit : (size_t)LONGEST_LINE;

	return most > used ? most - used : 0;
}

static int start(struct iw_launch *launch, struct iw_argv *argv, int stdin_fd,
		 pid_t *ret_pid)
{
	struct iw_child_plan plan = {
		.files = launch->places.files,
		.vector = iw_argv_vector(argv),
		.environment = launch->environment,
		.stdin_fd = stdin_fd,
		.mask = &launch->config.mask,
		.defaults = &launch->config.defaults,
	};

	if (!plan.vector)
		return -ENOMEM;
	char *const itself[] = {plan.vector[0], NULL};
	if (!plan.files)
		plan.files = itself;
	return iw_child_start(&plan, ret_pid);
}

int iw_launch_start(struct iw_launch *launch, struct iw_change *first, pid_t *ret_pid,
		    struct iw_change **ret_rest)
{
	struct share share = {.first = first};
	struct iw_argv argv = IW_ARGV_INIT;
	int stdin_fd = -1;

	*ret_rest = NULL;
	int r = iw_template_expand(launch->template, first, room(launch), &argv,
				   &share.rest);
	if (r == 0)
		*ret_rest = share.rest;
	if (r == 0)
		r = set_environment(launch, &share);
	if (r == 0)
		r = make_stdin(launch, &share, &stdin_fd);
	if (r == 0)
		r = start(launch, &argv, stdin_fd, ret_pid);
	if (stdin_fd >= 0)
		close(stdin_fd);
	iw_argv_done(&argv);
	return r;
}
