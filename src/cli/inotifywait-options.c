/* SPDX-License-Identifier: MIT */
/*
 * The options of inotifywait, in its order: that of getopt_long(3)'s "possibilities".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inotifywait.h"
#include "core/mask.h"
#include "core/quantity.h"

static const int64_t NS_PER_S = 1000 * 1000 * 1000;

/* A line about the command line, with which it ends. Returns -EINVAL or -ENOMEM. */
static int refuse(const struct iw_option_value *value, const char *line)
{
	int r = iw_buffer_append_str(value->error, line);

	return r < 0 ? r : -EINVAL;
}

#define FLAG(handler, field, flag)                              \
	static int handler(const struct iw_option_value *value) \
	{                                                       \
		value->options->field = (flag);                 \
		return 0;                                       \
	}
FLAG(set_recursive, is_recursive, true)
FLAG(set_csv, is_csv, true)
FLAG(set_link_watched, is_link_watched, true)
FLAG(set_no_newline, has_no_newline, true)
FLAG(set_syslog, is_syslog, true)
FLAG(set_monitor, dropin.is_one_shot, false)
FLAG(set_inotify, dropin.is_fanotify, false)
FLAG(set_fanotify, dropin.is_fanotify, true)

static int set_help(const struct iw_option_value *value)
{
	value->options->is_help = true;
	value->options->is_settled = true;
	return 0;
}

static int set_quiet(const struct iw_option_value *value)
{
	value->options->quiet++;
	return 0;
}

static int set_daemon(const struct iw_option_value *value)
{
	value->options->is_daemon = true;
	value->options->is_syslog = true;
	value->options->dropin.is_one_shot = false;
	return 0;
}

static int set_filename(const struct iw_option_value *value)
{
	return refuse(value, "The '--filename' option no longer exists.  "
			     "The option it enabled in earlier\n"
			     "versions of inotifywait is now turned on by default.");
}

static int set_output(const struct iw_option_value *value)
{
	if (value->options->output_path)
		return refuse(value, "Multiple --outfile options given.");
	value->options->output_path = value->text;
	return 0;
}

static int set_from_file(const struct iw_option_value *value)
{
	if (value->options->from_files.len)
		return refuse(value, "Multiple --fromfile options given.");
	return iw_text_list_add(&value->options->from_files, value->text,
				strlen(value->text));
}

/* %o is ours. In inotifywait it is shown as it is written, and %oe is one of %Xe. */
static int set_format(const struct iw_option_value *value)
{
	IW_AUTO_BUFFER struct iw_buffer format = IW_BUFFER_INIT;
	int r = 0;

	for (const char *at = value->text; *at && r == 0; at++) {
		if (at[0] == '%' && at[1] == 'o' && at[2] == 'e')
			r = iw_buffer_append_char(&format, *at++);
		else if (at[0] == '%' && at[1] == 'o')
			r = iw_buffer_append_str(&format, "%%");
		else if (at[0] == '%' && at[1])
			r = iw_buffer_append(&format, at++, 2);
		else
			r = iw_buffer_append_char(&format, *at);
	}
	if (r == 0)
		r = iw_buffer_terminate(&format);
	if (r < 0)
		return r;
	free(value->options->dropin.format);
	value->options->dropin.format = strdup(format.data);
	value->options->format = value->options->dropin.format;
	return value->options->format ? 0 : -ENOMEM;
}

static int set_time_format(const struct iw_option_value *value)
{
	value->options->time_format = value->text;
	return 0;
}

static int refuse_timeout(const struct iw_option_value *value)
{
	int r = *value->text
			? iw_buffer_printf(value->error,
					   "'%s' is not a valid timeout value.\n",
					   value->text)
			: iw_buffer_append_str(
				  value->error,
				  "The provided value is not a valid timeout value.\n");

	return r < 0 ? r : refuse(value, "Please specify a long int value.");
}

/* Whole seconds, as strtol(3) reads them; or any duration of inowatch. */
static int set_timeout(const struct iw_option_value *value)
{
	struct iw_options *options = value->options;
	char *end;

	errno = 0;
	const long seconds = strtol(value->text, &end, 10);
	if (errno == ERANGE) {
		int r = iw_buffer_printf(
			value->error,
			"Something went wrong with the timeout value you provided.\n%s",
			strerror(ERANGE));
		return r < 0 ? r : -EINVAL;
	}
	const bool is_long = end != value->text && *end == '\0';
	options->dropin.ready_error =
		is_long && seconds < 0 ? "Negative timeout specified - abort!" : NULL;
	if (!is_long)
		return iw_quantity_duration(value->text, &options->timeout_ns) < 0
			       ? refuse_timeout(value)
			       : 0;
	/* Nobody lives to see the difference. */
	options->timeout_ns = seconds < 0                          ? 0
			      : seconds > INT64_MAX / NS_PER_S / 2 ? INT64_MAX / 2
								   : seconds * NS_PER_S;
	return 0;
}

const char *iw_inotifywait_parse_events(const char *list, uint32_t *ret_bits)
{
	*ret_bits = 0;
	for (const char *word = list;;) {
		const size_t len = strcspn(word, ",");
		uint32_t bits = 0;

		if (len && iw_mask_parse(word, len, &bits) < 0)
			return word;
		*ret_bits |= bits;
		if (!word[len])
			return NULL;
		word += len + 1;
	}
}

static int set_events(const struct iw_option_value *value)
{
	uint32_t bits;
	const char *wrong = iw_inotifywait_parse_events(value->text, &bits);

	if (!wrong) {
		value->options->mask |= bits;
		return 0;
	}
	int r = iw_buffer_printf(value->error,
				 "'%.*s' is not a valid event!  Run with the "
				 "'--help' option to see a list of events.",
				 (int)strcspn(wrong, ","), wrong);
	return r < 0 ? r : -EINVAL;
}

/* ---- Patterns ---- */

/* Of each option the last counts. */
static int set_pattern(const struct iw_option_value *value,
		       struct iw_pattern_option pattern)
{
	struct iw_pattern_list *list = &value->options->patterns;

	pattern.option = value->name;
	pattern.text = value->text;
	pattern.len = strlen(value->text);
	pattern.is_posix = true;
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].kind != pattern.kind ||
		    list->items[i].ignores_case != pattern.ignores_case)
			continue;
		list->items[i] = pattern;
		if (pattern.kind == IW_FILTER_EXCLUDE)
			value->options->dropin.repeated = value->name;
		return 0;
	}
	return iw_pattern_list_add(list, &pattern);
}

static int set_exclude(const struct iw_option_value *value)
{
	return set_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_EXCLUDE});
}

static int set_excludei(const struct iw_option_value *value)
{
	return set_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_EXCLUDE,
							     .ignores_case = true});
}

static int set_include(const struct iw_option_value *value)
{
	return set_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_INCLUDE});
}

static int set_includei(const struct iw_option_value *value)
{
	return set_pattern(value, (struct iw_pattern_option){.kind = IW_FILTER_INCLUDE,
							     .ignores_case = true});
}

const struct iw_option iw_inotifywait_options[] = {
	{"help", 'h', NULL, "Options", "print this help, and end with 1", set_help},
	{"event", 'e', "LIST", NULL,
	 "wait for these events only (comma list, repeatable)", set_events},
	{"timeout", 't', "SECONDS", NULL,
	 "end with 2 when nothing was told for so long; 0: never", set_timeout},
	{"filename", 'f', NULL, NULL, "an error: names are always told", set_filename},
	{"recursive", 'r', NULL, NULL, "watch directories with all below them",
	 set_recursive},
	{"inotify", 'I', NULL, NULL, "watch by inotify", set_inotify},
	{"fanotify", 'F', NULL, NULL, "watch by fanotify: it is not built in",
	 set_fanotify},
	{"filesystem", 'S', NULL, NULL, "watch whole file systems: the same",
	 set_fanotify},
	{"csv", 'c', NULL, NULL, "print comma-separated values", set_csv},
	{"daemon", 'd', NULL, NULL, "like -m -s, in the background; needs -o",
	 set_daemon},
	{"syslog", 's', NULL, NULL, "send messages to syslog instead of stderr",
	 set_syslog},
	{"monitor", 'm', NULL, NULL, "go on after the first event", set_monitor},
	{"no-dereference", 'P', NULL, NULL, "watch symbolic links themselves",
	 set_link_watched},
	{"quiet", 'q', NULL, NULL, "print events only; -qq: not even these", set_quiet},
	{"format", 0, "FORMAT", NULL, "print events so: %w %f %e %Xe %T %c %0 %n %%",
	 set_format},
	{"no-newline", 0, NULL, NULL, "end them with nothing; needs --format",
	 set_no_newline},
	{"timefmt", 0, "FORMAT", NULL, "strftime(3) format of %T", set_time_format},
	{"fromfile", 0, "FILE", NULL, "read more PATHs from FILE, one a line; - is stdin",
	 set_from_file},
	{"outfile", 'o', "FILE", NULL, "append events to FILE instead of stdout",
	 set_output},
	{"exclude", 0, "REGEX", NULL,
	 "hide what matches this extended regular expression", set_exclude},
	{"excludei", 0, "REGEX", NULL, "the same, in any case", set_excludei},
	{"include", 0, "REGEX", NULL, "show only what matches", set_include},
	{"includei", 0, "REGEX", NULL, "the same, in any case", set_includei},
};
const size_t iw_inotifywait_options_len = IW_ARRAY_LEN(iw_inotifywait_options);
