/* SPDX-License-Identifier: MIT */
/*
 * Prints what the tables of options say of each program, for completions/render.py.
 * The tables are those that the programs parse with; nothing is owned.
 * It is never installed, nor run when inowatch is built: only its tests and whoever has
 * changed a table run it.
 *
 *   program<tab>NAME<tab>true|false               does -- COMMAND end its arguments?
 *   option<tab>-S<tab>--LONG<tab>KIND<tab>ARGUMENT<tab>WORDS<tab>HELP
 *
 * KIND: flag (takes no value), any, file, dir, word (one of WORDS), list (of WORDS).
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/inotifywait.h"
#include "cli/inotifywatch.h"
#include "cli/option-table.h"
#include "cli/signal-names.h"
#include "core/mask.h"

struct program {
	const char *name;
	const struct iw_option *table;
	const size_t *table_len;
	bool has_command;
};

static const struct program programs[] = {
	{"inowatch", iw_option_table, &iw_option_table_len, true},
	{"inotifywait", iw_inotifywait_options, &iw_inotifywait_options_len, false},
	{"inotifywatch", iw_inotifywatch_options, &iw_inotifywatch_options_len, false},
};

static void print_events(void)
{
	const char *separator = "";

	for (size_t i = 0; i < iw_mask_names_len; i++) {
		const struct iw_mask_name *entry = &iw_mask_names[i];

		if (!(entry->uses & (IW_MASK_EVENT | IW_MASK_GROUP)))
			continue;
		fputs(separator, stdout);
		for (size_t at = 0; at < entry->name_len; at++)
			putchar(tolower((unsigned char)entry->name[at]));
		separator = " ";
	}
}

/* What -a and -d of inotifywatch sort by. */
static void print_keys(void)
{
	fputs("total ", stdout);
	print_events();
}

/* What --sort sorts by. */
static void print_columns(void)
{
	fputs("total first last missed path ", stdout);
	print_events();
}

static void print_signals(void)
{
	const char *separator = "";

	for (int number = 1; number < SIGRTMIN; number++) {
		const char *name = iw_signal_name(number);

		if (!name)
			continue;
		printf("%s%s", separator, name);
		separator = " ";
	}
}

/* What a value is, by the name that --help has for it. One that is not here is an error,
 * so that nobody forgets to think of it. */
static const struct {
	const char *argument;
	const char *kind;
	void (*print_words)(void);
} values[] = {
	{"COLUMN", "word", print_columns},
	{"DIR", "dir", NULL},
	{"FILE", "file", NULL},
	{"FORMAT", "any", NULL},
	{"GLOB", "any", NULL},
	{"KEY", "word", print_keys},
	{"LIST", "list", print_events},
	{"N", "any", NULL},
	{"REGEX", "any", NULL},
	{"SECONDS", "any", NULL},
	{"SIGNAL", "word", print_signals},
	{"SIZE", "any", NULL},
	{"STORE", "dir", NULL},
	{"TEXT", "any", NULL},
	{"TIME", "any", NULL},
};

/* Prints KIND, ARGUMENT and WORDS. Returns 0 or -EINVAL: the argument is not known. */
static int print_value(const struct iw_option *row)
{
	if (!row->argument) {
		printf("flag\t\t");
		return 0;
	}
	if (row->words) {
		printf("word\t%s\t", row->argument);
		for (size_t i = 0; row->words[i]; i++)
			printf("%s%s", i ? " " : "", row->words[i]);
		return 0;
	}
	for (size_t i = 0; i < IW_ARRAY_LEN(values); i++) {
		if (strcmp(row->argument, values[i].argument) != 0)
			continue;
		printf("%s\t%s\t", values[i].kind, row->argument);
		if (values[i].print_words)
			values[i].print_words();
		return 0;
	}
	return -EINVAL;
}

static int print_program(const struct program *program)
{
	printf("program\t%s\t%s\n", program->name,
	       program->has_command ? "true" : "false");
	for (size_t i = 0; i < *program->table_len; i++) {
		const struct iw_option *row = &program->table[i];

		printf("option\t%.*s%.*s\t--%s\t", row->short_name != 0, "-",
		       row->short_name != 0, &row->short_name, row->long_name);
		if (print_value(row) < 0) {
			fprintf(stderr, "rows: --%s %s: what can that be? see values[]\n",
				row->long_name, row->argument);
			return -EINVAL;
		}
		printf("\t%s\n", row->help);
	}
	return 0;
}

int main(void)
{
	int r = 0;

	for (size_t i = 0; i < IW_ARRAY_LEN(programs) && r == 0; i++)
		r = print_program(&programs[i]);
	return r < 0 || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
