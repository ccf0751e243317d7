/* SPDX-License-Identifier: MIT */
#include "core/template.h"

#include <stdio.h>

#include "text_support.h"

enum { MUCH = 1 << 20, MOST_ARGS = 8 };

static void add(struct iw_batch *batch, const char *path, const char *from)
{
	const struct iw_sight sight = {
		.path = path,
		.path_len = strlen(path),
		.from = from,
		.from_len = from ? strlen(from) : 0,
		.event = from ? IW_MOVE : IW_CLOSE_WRITE,
	};

	assert_int_equal(iw_batch_add(batch, &sight), 0);
}

static size_t count_args(const char *const *args)
{
	size_t len = 0;

	while (args[len])
		len++;
	return len;
}

/* What args become for the changes of a batch: joined with "|". */
static struct iw_change *expand(const char *const *args, struct iw_batch *batch,
				size_t limit_len, char *to, size_t size)
{
	struct iw_argv argv = IW_ARGV_INIT;
	struct iw_template *template;
	struct iw_change *rest;
	const char *problem;
	size_t at = 0;

	assert_int_equal(iw_template_new(args, count_args(args), &template, &problem), 0);
	assert_int_equal(
		iw_template_expand(template, batch->first, limit_len, &argv, &rest), 0);
	char **vector = iw_argv_vector(&argv);
	assert_non_null(vector);
	assert_int_equal(count_args((const char *const *)vector), argv.len);
	to[0] = '\0';
	for (size_t i = 0; vector[i]; i++)
		at += (size_t)snprintf(to + at, size - at, "%s%s", i ? "|" : "",
				       vector[i]);
	assert_true(at < size);
	iw_argv_done(&argv);
	iw_template_free(template);
	return rest;
}

static void assert_expanded(const char *path, const char *from, const char *arg,
			    const char *wanted)
{
	const char *const args[] = {"cmd", arg, NULL};
	struct iw_batch batch = IW_BATCH_INIT;
	char expanded[512];
	char whole[512];

	add(&batch, path, from);
	assert_null(expand(args, &batch, MUCH, expanded, sizeof(expanded)));
	snprintf(whole, sizeof(whole), "cmd|%s", wanted);
	assert_string_equal(expanded, whole);
	iw_batch_done(&batch);
}

static void places_are_filled(void **state IW_UNUSED)
{
	assert_expanded("d/a b", NULL, "{}", "d/a b");
	assert_expanded("d/a", NULL, "x{}y{}z", "xd/ayd/az");
	assert_expanded("d/a", NULL, "{event}", "close_write");
	assert_expanded("d/a", NULL, "{old}", "");
	assert_expanded("d/a", "d/b", "{old}>{}:{event}", "d/b>d/a:move");
	assert_expanded("d/sub/a", NULL, "{dir}:{name}", "d/sub:a");
	assert_expanded("a", NULL, "{dir}:{name}", ".:a");
	assert_expanded("/a", NULL, "{dir}:{name}", "/:a");
	assert_expanded("/", NULL, "{dir}:{name}", "/:/");
}

static void names_are_never_options(void **state IW_UNUSED)
{
	assert_expanded("-rf", NULL, "{}", "./-rf");
	assert_expanded("d/-rf", NULL, "{name}", "./-rf");
	assert_expanded("d/-rf", NULL, "to/{name}", "to/-rf");
	assert_expanded("d/-rf", NULL, "{}", "d/-rf");
	assert_expanded("a", "-b", "{old}", "./-b");
	assert_expanded("-d/a", NULL, "{dir}", "./-d");
}

static void other_braces_are_text(void **state IW_UNUSED)
{
	const char *const texts[] = {"{",    "}",   "{{",     "{x}",     "{{.Name}}",
				     "${a}", "{ }", "{event", "{EVENT}", "{,}"};

	for (size_t i = 0; i < IW_ARRAY_LEN(texts); i++) {
		char arg[64];
		char wanted[64];

		snprintf(arg, sizeof(arg), "%s{}", texts[i]);
		snprintf(wanted, sizeof(wanted), "%sd/a", texts[i]);
		/* A brace right before the place is the other test's. */
		if (texts[i][strlen(texts[i]) - 1] != '{')
			assert_expanded("d/a", NULL, arg, wanted);
		snprintf(arg, sizeof(arg), "{} %s", texts[i]);
		snprintf(wanted, sizeof(wanted), "d/a %s", texts[i]);
		assert_expanded("d/a", NULL, arg, wanted);
	}
}

static void a_brace_before_a_place_makes_it_text(void **state IW_UNUSED)
{
	assert_expanded("d/a", NULL, "{} {{}", "d/a {}");
	assert_expanded("d/a", NULL, "{{}{}", "{}d/a");
	assert_expanded("d/a", NULL, "{{name}{name}", "{name}a");
	assert_expanded("d/a", NULL, "{{+} {}", "{+} d/a");
	assert_expanded("d/a", NULL, "{{{} {}", "{{} d/a");
}

static enum iw_template_kind kind_of(const char *const *args)
{
	struct iw_template *template;
	const char *problem;

	assert_int_equal(iw_template_new(args, count_args(args), &template, &problem), 0);
	const enum iw_template_kind kind = iw_template_kind(template);
	iw_template_free(template);
	return kind;
}

static void places_make_the_kind(void **state IW_UNUSED)
{
	assert_int_equal(kind_of((const char *const[]){"make", "", NULL}),
			 IW_TEMPLATE_BATCH);
	assert_int_equal(kind_of((const char *const[]){"c", "{{}", "{{+}", NULL}),
			 IW_TEMPLATE_BATCH);
	assert_int_equal(kind_of((const char *const[]){"c", "a", "{+}", NULL}),
			 IW_TEMPLATE_ALL);
	assert_int_equal(kind_of((const char *const[]){"c", "--x={old}", NULL}),
			 IW_TEMPLATE_EACH);
	assert_int_equal(kind_of((const char *const[]){"{}", NULL}), IW_TEMPLATE_EACH);
}

static void what_does_not_go_together_is_refused(void **state IW_UNUSED)
{
	static const char *const lines[][MOST_ARGS] = {
		{"c", "{+}", "{}"}, {"c", "{event}", "{+}"}, {"c", "x{+}"},
		{"c", "{+}x"},      {"c", "{+}", "{+}"},     {"{+}"},
	};

	for (size_t i = 0; i < IW_ARRAY_LEN(lines); i++) {
		struct iw_template *template;
		const char *problem = NULL;

		assert_int_equal(iw_template_new(lines[i], count_args(lines[i]),
						 &template, &problem),
				 -EINVAL);
		assert_non_null(problem);
	}
}

static void what_is_run_is_a_path(void **state IW_UNUSED)
{
	const char *const args[] = {"{name}", "{name}", NULL};
	struct iw_batch batch = IW_BATCH_INIT;
	char expanded[64];

	add(&batch, "d/script", NULL);
	expand(args, &batch, MUCH, expanded, sizeof(expanded));
	assert_string_equal(expanded, "./script|script");
	iw_batch_done(&batch);
}

static void all_paths_are_arguments(void **state IW_UNUSED)
{
	const char *const args[] = {"c", "{+}", "end", NULL};
	struct iw_batch batch = IW_BATCH_INIT;
	char expanded[64];

	/* No change at all, as at the start. */
	assert_null(expand(args, &batch, MUCH, expanded, sizeof(expanded)));
	assert_string_equal(expanded, "c|end");
	add(&batch, "-a", NULL);
	add(&batch, "d/b c", NULL);
	assert_null(expand(args, &batch, MUCH, expanded, sizeof(expanded)));
	assert_string_equal(expanded, "c|./-a|d/b c|end");
	iw_batch_done(&batch);
}

static void what_does_not_fit_is_left_over(void **state IW_UNUSED)
{
	const char *const args[] = {"c", "{+}", "end", NULL};
	struct iw_batch batch = IW_BATCH_INIT;
	char expanded[256];
	char name[16];

	for (int i = 0; i < 9; i++) {
		snprintf(name, sizeof(name), "name-%d", i);
		add(&batch, name, NULL);
	}
	/* At least one, however small the room. */
	struct iw_change *rest = expand(args, &batch, 0, expanded, sizeof(expanded));
	assert_string_equal(expanded, "c|name-0|end");
	assert_string_equal(rest->path, "name-1");

	for (size_t limit = 1; limit < 400; limit++) {
		struct iw_argv argv = IW_ARGV_INIT;
		struct iw_template *template;
		const char *problem;

		assert_int_equal(iw_template_new(args, 3, &template, &problem), 0);
		assert_int_equal(
			iw_template_expand(template, batch.first, limit, &argv, &rest),
			0);
		if (argv.len > 3)
			assert_true(iw_argv_size(&argv) <= limit);
		iw_argv_done(&argv);
		iw_template_free(template);
	}
	assert_null(rest);
	iw_batch_done(&batch);
}

static void a_shell_gets_text_as_it_is_and_paths_as_arguments(void **state IW_UNUSED)
{
	struct iw_argv argv = IW_ARGV_INIT;
	struct iw_batch batch = IW_BATCH_INIT;
	struct iw_template *template;
	struct iw_change *rest;

	add(&batch, "d/$(a)", NULL);
	assert_int_equal(iw_template_new_shell("echo {} \"$@\"", &template), 0);
	assert_int_equal(iw_template_kind(template), IW_TEMPLATE_ALL);
	assert_false(iw_template_is_name_filled(template));
	assert_int_equal(iw_template_expand(template, batch.first, MUCH, &argv, &rest),
			 0);
	char **vector = iw_argv_vector(&argv);
	assert_int_equal(argv.len, 5);
	assert_string_equal(vector[0], "/bin/sh");
	assert_string_equal(vector[1], "-c");
	assert_string_equal(vector[2], "echo {} \"$@\"");
	assert_string_equal(vector[3], "sh");
	assert_string_equal(vector[4], "d/$(a)");
	iw_argv_done(&argv);
	iw_template_free(template);
	iw_batch_done(&batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_filled),
		cmocka_unit_test(names_are_never_options),
		cmocka_unit_test(other_braces_are_text),
		cmocka_unit_test(a_brace_before_a_place_makes_it_text),
		cmocka_unit_test(places_make_the_kind),
		cmocka_unit_test(what_does_not_go_together_is_refused),
		cmocka_unit_test(what_is_run_is_a_path),
		cmocka_unit_test(all_paths_are_arguments),
		cmocka_unit_test(what_does_not_fit_is_left_over),
		cmocka_unit_test(a_shell_gets_text_as_it_is_and_paths_as_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
