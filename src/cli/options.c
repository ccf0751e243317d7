/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/action-options.h"
#include "cli/backup-options.h"
#include "cli/option-table.h"
#include "cli/store-options.h"

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
}

struct parser {
	struct option longs[MAX_OPTIONS + 1];
	char shorts[2 * MAX_OPTIONS + 3];
};

/* Translates our table into getopt's. */
static void make_parser(struct parser *parser)
{
	size_t at = 0;

	/* "-": operands come in their place, so that "--" can be told; ":": no messages.
	 */
	parser->shorts[at++] = '-';
	parser->shorts[at++] = ':';
	for (size_t i = 0; i < iw_option_table_len && i < MAX_OPTIONS; i++) {
		const struct iw_option *row = &iw_option_table[i];

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
	parser->longs[iw_option_table_len] = (struct option){0};
}

static const struct iw_option *find_row(int code)
{
	for (size_t i = 0; i < iw_option_table_len; i++) {
		if (code == FIRST_OPTION + (int)i ||
		    (code && code == iw_option_table[i].short_name))
			return &iw_option_table[i];
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

static int refuse_option(int code, char *const *argv, struct iw_buffer *error)
{
	const struct iw_option *row = find_row(optopt);
	char short_name[] = {'-', (char)optopt, '\0'};
	char name[32];

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

/* PATH, or @PATH to leave out. */
static int take_path(struct iw_options *options, const char *path,
		     struct iw_buffer *error)
{
	if (path[0] != '@') {
		if (!path[0])
			return complain(error, "", "an empty PATH cannot be watched", "");
		return iw_text_list_add(&options->paths, path, strlen(path));
	}
	const struct iw_pattern_option pattern = {
		.kind = IW_FILTER_IGNORE,
		.option = "@PATH",
		.text = path + 1,
		.len = strlen(path + 1),
		.is_exact = true,
	};
	return path[1] ? iw_pattern_list_add(&options->patterns, &pattern) : 0;
}

static int check(const struct iw_options *options, struct iw_buffer *error)
{
	const bool is_run = iw_options_has_action(options);
	const int formats =
		options->is_csv + options->is_json + (options->format != NULL);
	const char *wrong = NULL;

	if (options->is_help || options->is_version)
		return 0;
	int r = iw_action_options_check(options, error);
	if (r == 0)
		r = iw_backup_options_check(options, error);
	if (r == 0)
		r = iw_store_options_check(options, error);
	if (r < 0)
		return r;
	if (options->rest_option && !is_run && !options->backup.store)
		return complain(error, "--", options->rest_option,
				" needs a command, -- COMMAND, or --backup");
	if (formats > 1)
		wrong = "--csv, --json and --format exclude each other";
	else if (options->has_no_newline && !options->format)
		wrong = "--no-newline needs --format";
	else if (options->time_format && !options->format)
		wrong = "--timefmt needs --format";
	else if (options->is_null_terminated && options->has_no_newline)
		wrong = "--null and --no-newline exclude each other";
	else if (options->is_daemon && !options->output_path && !options->backup.store &&
		 (!is_run || options->action.is_print))
		wrong = "--daemon needs --outfile, because it has no stdout";
	else if (!options->store.mode && !options->paths.len &&
		 !options->from_files.len && !options->from_files0.len)
		wrong = "no PATH was given; see --help";
	return wrong ? complain(error, wrong, "", "") : 0;
}

int iw_options_parse(int argc, char **argv, struct iw_options *options,
		     struct iw_buffer *error)
{
	struct parser parser;
	const char *last_value = NULL;
	int code;
	int r = 0;

	*options = (struct iw_options){
		.ready_fd = -1,
		.buffer_len = DEFAULT_BUFFER_LEN,
		.latency_ns = DEFAULT_LATENCY_NS,
		.settle_ns = -1,
		.max_wait_ns = -1,
	};
	iw_action_options_init(&options->action);
	make_parser(&parser);
	opterr = 0;
	optind = 0;
	while (r == 0 && (code = getopt_long(argc, argv, parser.shorts, parser.longs,
					     NULL)) != -1) {
		if (code == PATH_ARGUMENT) {
			r = take_path(options, optarg, error);
			continue;
		}
		const struct iw_option *row = find_row(code);
		if (!row || code == ':' || code == '?') {
			r = refuse_option(code, argv, error);
			continue;
		}
		const struct iw_option_value value = {options, row->long_name, optarg,
						      error, row->words};
		last_value = optarg;
		r = row->set(&value);
	}
	if (r < 0)
		return r;
	/* A "--" that is the value of an option separates nothing. */
	if (optind <= argc && argv[optind - 1] != last_value &&
	    strcmp(argv[optind - 1], "--") == 0) {
		options->action.command = (const char *const *)argv + optind;
		options->action.command_len = (size_t)(argc - optind);
	}
	return check(options, error);
}
