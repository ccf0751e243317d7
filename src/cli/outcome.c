/* SPDX-License-Identifier: MIT */
#include "cli/outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/signal-names.h"

enum { DURATION_LEN = 32 };

const char *iw_outcome_command(const struct iw_options *options)
{
	return options->action.shell ? "/bin/sh" : options->action.command[0];
}

const char *iw_outcome_why_not(const struct iw_launch *launch, int error)
{
	if (error != -ENOENT)
		return strerror(-error);
	return iw_launch_check(launch) < 0 ? "command not found"
					   : "its interpreter was not found";
}

/* "d/a: ", "d/a and 3 more: ", or nothing for a run without a change. NULL: memory. */
static char *subject_of(const struct iw_run_end *end)
{
	char *text = NULL;
	int r;

	if (!end->first)
		r = asprintf(&text, "%s", "");
	else if (end->len < 2)
		r = asprintf(&text, "%s: ", end->first->path);
	else
		r = asprintf(&text, "%s and %zu more: ", end->first->path, end->len - 1);
	return r < 0 ? NULL : text;
}

/* " after 3 ms", for people: what is longer needs fewer digits. */
static void name_duration(int64_t duration_ns, char text[DURATION_LEN])
{
	const int64_t ms = duration_ns / 1000000;
	const int64_t s = ms / 1000;

	if (s < 1)
		snprintf(text, DURATION_LEN, " after %" PRId64 " ms", ms);
	else if (s < 60)
		snprintf(text, DURATION_LEN, " after %" PRId64 ".%" PRId64 " s", s,
			 ms % 1000 / 100);
	else if (s < 3600)
		snprintf(text, DURATION_LEN, " after %" PRId64 " min %" PRId64 " s",
			 s / 60, s % 60);
	else
		snprintf(text, DURATION_LEN, " after %" PRId64 " h %" PRId64 " min",
			 s / 3600, s % 3600 / 60);
}

/* NULL: memory. */
static char *fate_of(const struct iw_run_end *end)
{
	char *text = NULL;
	int r;

	if (end->is_stopped) {
		r = asprintf(&text, "was stopped");
	} else if (end->is_timed_out) {
		r = asprintf(&text,
			     "took longer than --timeout-run allows and was stopped");
	} else if (WIFSIGNALED(end->wait_status)) {
		const int number = WTERMSIG(end->wait_status);
		const char *name = iw_signal_name(number);

		r = asprintf(&text, "was killed by signal %d%s%s", number,
			     name ? ", " : "", name ? name : "");
	} else {
		r = asprintf(&text, "ended with status %d",
			     WEXITSTATUS(end->wait_status));
	}
	return r < 0 ? NULL : text;
}

static enum iw_level level_of(const struct iw_run_end *end)
{
	if (end->is_stopped)
		return IW_INFO;
	return !end->is_timed_out && iw_run_end_status(end) == 0 ? IW_SUCCESS
								 : IW_FAILURE;
}

void iw_outcome_say(struct iw_messages *messages, const struct iw_options *options,
		    const struct iw_launch *launch, const struct iw_run_end *end)
{
	const char *name = iw_outcome_command(options);
	const enum iw_level level = level_of(end);
	char duration[DURATION_LEN] = "";

	if (!end->error && (options->quiet || !iw_is_said(messages, level)))
		return;
	IW_AUTO_FREE char *subject = subject_of(end);
	if (!subject)
		return;
	if (end->error) {
		iw_say(messages, IW_ERROR, "%scannot run %s: %s", subject, name,
		       iw_outcome_why_not(launch, end->error));
		return;
	}
	IW_AUTO_FREE char *fate = fate_of(end);
	if (!fate)
		return;
	/* Where only failures are told, each of them is the same line each time. */
	if (iw_is_said(messages, IW_INFO))
		name_duration(end->duration_ns, duration);
	iw_say(messages, level, "%s%s %s%s", subject, name, fate, duration);
}
