/* SPDX-License-Identifier: MIT */
#include "cli/action-options.h"

#include <errno.h>
#include <string.h>

#include "cli/signal-names.h"
#include "core/quantity.h"

static const int64_t MS = 1000 * 1000;
static const uint64_t MOST_JOBS = 10000;

void iw_action_options_init(struct iw_action_options *action)
{
	*action = (struct iw_action_options){
		.jobs = 1,
		.signal = SIGHUP,
		.stop_signal = SIGTERM,
		.stop_timeout_ns = 10 * 1000 * MS,
	};
}

/* The options of an action; the first is named if there is no action. */
static struct iw_action_options *action_of(const struct iw_option_value *value)
{
	struct iw_action_options *action = &value->options->action;

	if (!action->first_option)
		action->first_option = value->name;
	return action;
}

int iw_action_set_shell(const struct iw_option_value *value)
{
	value->options->action.shell = value->text;
	return 0;
}

int iw_action_set_print(const struct iw_option_value *value)
{
	/* Of --stats, too. */
	value->options->action.is_print = true;
	return 0;
}

int iw_action_set_clear(const struct iw_option_value *value)
{
	action_of(value)->clear++;
	return 0;
}

int iw_action_set_initial(const struct iw_option_value *value)
{
	action_of(value)->is_initial = true;
	return 0;
}

int iw_action_set_restart(const struct iw_option_value *value)
{
	action_of(value)->is_initial = true;
	action_of(value)->on_busy = IW_BUSY_RESTART;
	return 0;
}

const char *const iw_action_busy_words[] = {
	[IW_BUSY_QUEUE] = "queue",
	[IW_BUSY_IGNORE] = "ignore",
	[IW_BUSY_RESTART] = "restart",
	[IW_BUSY_SIGNAL] = "signal",
	NULL,
};

int iw_action_set_busy(const struct iw_option_value *value)
{
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		action_of(value)->on_busy = (enum iw_busy)at;
	return r;
}

int iw_action_set_jobs(const struct iw_option_value *value)
{
	struct iw_action_options *action = action_of(value);

	if (iw_quantity_count(value->text, MOST_JOBS, &action->jobs) < 0 ||
	    action->jobs == 0)
		return iw_option_refuse(value, "is not a number from 1 to 10000");
	return 0;
}

const char *const iw_action_feed_words[] = {"lines", "nul", "json", NULL};

int iw_action_set_feed(const struct iw_option_value *value)
{
	static const enum iw_feed feeds[] = {IW_FEED_LINES, IW_FEED_NUL, IW_FEED_JSON};
	size_t at;
	int r = iw_option_word(value, &at);

	if (r == 0)
		action_of(value)->feed = feeds[at];
	return r;
}

int iw_action_set_compared(const struct iw_option_value *value)
{
	action_of(value)->is_compared = true;
	return 0;
}

static int set_signal(const struct iw_option_value *value, int *ret_number)
{
	if (iw_signal_parse(value->text, ret_number) < 0)
		return iw_option_refuse(
			value, "is not a signal; write TERM, HUP, USR1 or a number");
	return 0;
}

int iw_action_set_signal(const struct iw_option_value *value)
{
	return set_signal(value, &action_of(value)->signal);
}

int iw_action_set_stop_signal(const struct iw_option_value *value)
{
	return set_signal(value, &action_of(value)->stop_signal);
}

int iw_action_set_stop_timeout(const struct iw_option_value *value)
{
	return iw_option_duration(value, &action_of(value)->stop_timeout_ns);
}

int iw_action_set_run_timeout(const struct iw_option_value *value)
{
	return iw_option_duration(value, &action_of(value)->run_timeout_ns);
}

int iw_action_set_error_final(const struct iw_option_value *value)
{
	action_of(value)->is_error_final = true;
	return 0;
}

static int complain(struct iw_buffer *error, const char *text)
{
	int r = iw_buffer_append_str(error, text);

	return r < 0 ? r : -EINVAL;
}

int iw_action_options_check(const struct iw_options *options, struct iw_buffer *error)
{
	const struct iw_action_options *action = &options->action;
	const bool has_format = options->output_path || options->format ||
				options->is_json || options->is_csv ||
				options->is_null_terminated;

	if (action->command && action->shell)
		return complain(error, "--shell and -- COMMAND exclude each other");
	if (action->command && (!action->command_len || !action->command[0][0]))
		return complain(error, "no COMMAND stands behind --");
	if (action->is_print && !iw_options_has_action(options) && !options->stats.is_on)
		return complain(error, "--print needs a command, -- COMMAND, or --stats");
	if (!iw_options_has_action(options) && action->first_option) {
		int r = iw_buffer_printf(error, "--%s needs a command: -- COMMAND",
					 action->first_option);
		return r < 0 ? r : -EINVAL;
	}
	if (iw_options_has_action(options) && has_format && !action->is_print)
		return complain(error, "beside a command, options for records need "
				       "--print");
	return 0;
}
