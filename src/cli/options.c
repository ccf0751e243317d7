/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/action-options.h"
#include "cli/personality.h"
#include "cli/stats-options.h"

/* getopt's numbers of long options: above all characters. */
enum { FIRST_OPTION = 256, PATH_ARGUMENT = 1, MAX_OPTIONS = 128 };

static const uint64_t DEFAULT_BUFFER_LEN = 64 << 20;
static const int64_t DEFAULT_LATENCY_NS = 1000 * 1000;

int iw_text_list_add(struct iw_text_list *list, const char *bytes, size_t len)
{
	struct iw_text *items = reallocarray(list->items, list->len + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->len++] = (struct iw_text){bytes, len};
	return 0;
}

int iw_pattern_list_add(struct iw_pattern_list *list,
			const struct iw_pattern_option *pattern)
{
	struct iw_pattern_option *items =
		reallocarray(list->items, list->len + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->len++] = *pattern;
	return 0;
}

void iw_options_done(struct iw_options *options)
{
	free(options->patterns.items);
	free(options->paths.items);
	free(options->from_files.items);
	free(options->from_files0.items);
	free(options->dropin.format);
}

struct parser {
	struct option longs[MAX_OPTIONS + 1];
	char shorts[2 * MAX_OPTIONS + 3];
};

/* Translates the personality's table into getopt's. */
static void make_parser(const struct iw_personality *personality, struct parser *parser)
{
	const size_t len = *personality->options_len;
	size_t at = 0;

	/* "-": operands come in their place, so that "--" can be told; ":": no messages.
	 */
	if (!personality->is_getopt_plain) {
		parser->shorts[at++] = '-';
		parser->shorts[at++] = ':';
	}
	for (size_t i = 0; i < len && i < MAX_OPTIONS; i++) {
		const struct iw_option *row = &personality->options[i];

		parser->longs[i] = (struct option){
			.name = row->long_name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = FIRST_OPTION + (int)i,
		};
		if (!row->short_name)
			continue;
		parser->shorts[at++] = row->short_name;
		if (row->argument)
			parser->shorts[at++] = ':';
	}
	parser->shorts[at] = '\0';
	parser->longs[len] = (struct option){0};
}

static const struct iw_option *find_row(const struct iw_personality *personality,
					int code)
{
	const struct iw_option *rows = personality->options;

	for (size_t i = 0; rows && i < *personality->options_len; i++) {
		const struct iw_option *row = &rows[i];

		if (code == FIRST_OPTION + (int)i || (code && code == row->short_name))
			return row;
	}
	return NULL;
}

/* The name under which messages speak of an option. */
static void name_row(const struct iw_option *row, char name[32])
{
	snprintf(name, 32, "--%s", row->long_name);
}

static int complain(struct iw_buffer *error, const char *before, const char *what,
		    const char *behind)
{
	int r = iw_buffer_printf(error, "%s%s%s", before, what, behind);

	return r < 0 ? r : -EINVAL;
}

static int refuse_option(const struct iw_personality *personality, int code,
			 char *const *argv, struct iw_buffer *error)
{
	const struct iw_option *row = find_row(personality, optopt);
	char short_name[] = {'-', (char)optopt, '\0'};
	char name[32];

	if (personality->is_getopt_plain)
		return -ECANCELED; /* getopt has said it */
	if (code == ':') {
		name_row(row, name);
		return complain(error, "", name, " needs a value; see --help");
	}
	if (row && optopt >= FIRST_OPTION) {
		name_row(row, name);
		return complain(error, "", name, " takes no value");
	}
	if (optopt)
		return complain(error, "unknown option ", short_name, "; see --help");
	return complain(error, "unknown or ambiguous option ", argv[optind - 1],
			"; see --help");
}

/* All options, and the operands among them. */
static int take_options(const struct parser *parser, int argc, char **argv,
			struct iw_options *options, struct iw_buffer *error)
{
	const struct iw_personality *personality = options->personality;
	const char *last_value = NULL;
	int code;
	int r = 0;

	while (r == 0 && !options->is_settled &&
	       (code = getopt_long(argc, argv, parser->shorts, parser->longs, NULL)) !=
		       -1) {
		if (code == PATH_ARGUMENT) {
			r = personality->take_operand(options, optarg, strlen(optarg),
						      error);
			continue;
		}
		const struct iw_option *row = find_row(personality, code);
		if (!row || code == ':' || code == '?') {
			r = refuse_option(personality, code, argv, error);
			continue;
		}
		const struct iw_option_value value = {options, row->long_name, optarg,
						      error, row->words};
		last_value = optarg;
		r = row->set(&value);
	}
	/* A "--" that is the value of an option separates nothing. */
	if (r == 0 && !personality->is_getopt_plain && optind <= argc &&
	    argv[optind - 1] != last_value && strcmp(argv[optind - 1], "--") == 0) {
		options->action.command = (const char *const *)argv + optind;
		options->action.command_len = (size_t)(argc - optind);
	}
	return r;
}

int iw_options_parse(const struct iw_personality *personality, int argc, char **argv,
		     struct iw_options *options, struct iw_buffer *error)
{
	struct parser parser;

	*options = (struct iw_options){
		.personality = personality,
		.ready_fd = -1,
		.buffer_len = DEFAULT_BUFFER_LEN,
		.latency_ns = DEFAULT_LATENCY_NS,
		.settle_ns = -1,
		.max_wait_ns = -1,
	};
	iw_action_options_init(&options->action);
	iw_stats_options_init(&options->stats);
	if (personality->set_defaults)
		personality->set_defaults(options);
	make_parser(personality, &parser);
	opterr = personality->is_getopt_plain;
	optind = 0;
	int r = take_options(&parser, argc, argv, options, error);
	for (int i = optind; personality->is_getopt_plain && i < argc && r == 0; i++)
		r = personality->take_operand(options, argv[i], strlen(argv[i]), error);
	/* Whatever else is wrong is told as well. */
	options->dropin.is_misspelt = r == -ECANCELED;
	if (options->is_settled || (r < 0 && r != -ECANCELED))
		return r;
	const int checked = personality->check(options, error);
	return r < 0 ? r : checked;
}
