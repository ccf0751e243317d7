/* SPDX-License-Identifier: MIT */
#include "core/filter.h"

#include "text_support.h"

/* A pattern that answers as told, and remembers what it was held against. */
struct probe {
	bool answer;
	char subject[64];
	int asked;
	int freed;
};

static bool probe_matches(void *context, const char *bytes, size_t len)
{
	struct probe *probe = context;

	assert_true(len < sizeof(probe->subject));
	memcpy(probe->subject, bytes, len);
	probe->subject[len] = '\0';
	probe->asked++;
	return probe->answer;
}

static void probe_free(void *context)
{
	struct probe *probe = context;

	probe->freed++;
}

static void add(struct iw_filter *filter, enum iw_filter_kind kind,
		enum iw_filter_subject subject, bool is_dir_only, struct probe *probe)
{
	const struct iw_pattern pattern = {
		.matches = probe_matches,
		.free = probe_free,
		.context = probe,
		.subject = subject,
		.is_dir_only = is_dir_only,
	};

	assert_int_equal(iw_filter_add(filter, kind, &pattern), 0);
}

static struct iw_filter *new_filter(void)
{
	struct iw_filter *filter = NULL;

	assert_int_equal(iw_filter_new(&filter), 0);
	return filter;
}

/* A path as %w and %f below a root, and what each subject of it is. */
struct sample {
	const char *watched;
	const char *name;
	size_t root_len;
	const char *subjects[3]; /* full, name, below the root */
	bool is_root;
};

static const struct sample samples[] = {
	{"d/", "a", 1, {"d/a", "a", "a"}, false},
	{"d/sub/", "a.c", 1, {"d/sub/a.c", "a.c", "sub/a.c"}, false},
	{"d//", "a", 3, {"d//a", "a", "a"}, false},
	{"d//sub/", "a", 3, {"d//sub/a", "a", "sub/a"}, false},
	{"/", "a", 1, {"/a", "a", "a"}, false},
	{"/x/", "a", 1, {"/x/a", "a", "x/a"}, false},
	{"./", "a", 1, {"./a", "a", "a"}, false},
	{"d/sub/", "", 1, {"d/sub/", "sub", "sub"}, false},
	{"d/sub/e/", "", 1, {"d/sub/e/", "e", "sub/e"}, false},
	{"/x/", "", 1, {"/x/", "x", "x"}, false},
	{"d/", "", 1, {"d/", "d", ""}, true},
	{"x/d//", "", 5, {"x/d//", "d", ""}, true},
	{"./", "", 1, {"./", ".", ""}, true},
	{"/", "", 1, {"/", "", ""}, true},
	{"x/file", "", 6, {"x/file", "file", ""}, true},
};

static struct iw_path path_of(const struct sample *sample, char *bytes)
{
	struct iw_path path =
		make_path(bytes, sample->watched, sample->name, strlen(sample->name));

	path.root_len = sample->root_len;
	return path;
}

/* What one pattern alone does to one path. */
static void check_alone(const struct sample *sample, enum iw_filter_kind kind,
			enum iw_filter_subject subject, uint32_t bits)
{
	const bool is_dir = bits & 1;
	const bool is_dir_only = bits & 2;
	struct probe probe = {.answer = bits & 4};
	struct iw_filter *filter = new_filter();
	char bytes[64];
	const struct iw_path path = path_of(sample, bytes);
	const bool prunes = kind == IW_FILTER_IGNORE || kind == IW_FILTER_PRUNE;
	const bool is_asked = (is_dir || !is_dir_only) && (!prunes || !sample->is_root);
	const bool is_match = is_asked && probe.answer;
	const bool hides = kind == IW_FILTER_EXCLUDE || kind == IW_FILTER_IGNORE;
	const bool is_hidden = kind == IW_FILTER_PRUNE ? false
			       : hides                 ? is_match
						       : !is_match;

	add(filter, kind, subject, is_dir_only, &probe);
	assert_int_equal(iw_filter_shows(filter, &path, is_dir), !is_hidden);
	assert_int_equal(probe.asked, is_asked && kind != IW_FILTER_PRUNE);
	if (probe.asked)
		assert_string_equal(probe.subject, sample->subjects[subject]);
	probe.asked = 0;
	assert_int_equal(iw_filter_prunes(filter, &path, is_dir), prunes && is_match);
	assert_int_equal(probe.asked, prunes && is_asked);
	assert_int_equal(iw_filter_has_ignores(filter), prunes);
	iw_filter_free(filter);
	assert_int_equal(probe.freed, 1);
}

static void each_pattern_alone(void **state IW_UNUSED)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(samples); i++) {
		for (int kind = 0; kind < IW_FILTER_KIND_COUNT; kind++) {
			for (int subject = 0; subject < 3; subject++) {
				for (uint32_t bits = 0; bits < 8; bits++)
					check_alone(&samples[i], kind, subject, bits);
			}
		}
	}
}

/*
 * Two patterns of each kind, in every combination of there or not and yes or no, decided
 * by the sentences of the header.
 */
static void kinds_together(void **state IW_UNUSED)
{
	for (uint32_t code = 0; code < 59049; code++) { /* three to the power of ten */
		struct probe probes[10] = {{0}};
		size_t added[IW_FILTER_KIND_COUNT] = {0};
		size_t yes[IW_FILTER_KIND_COUNT] = {0};
		struct iw_filter *filter = new_filter();
		uint32_t rest = code;
		char bytes[64];
		const struct iw_path path = path_of(&samples[1], bytes);

		for (uint32_t i = 0; i < 10; i++, rest /= 3) {
			if (rest % 3 == 2)
				continue;
			probes[i].answer = rest % 3;
			add(filter, i / 2, IW_SUBJECT_FULL, false, &probes[i]);
			added[i / 2]++;
			yes[i / 2] += probes[i].answer;
		}
		const bool is_shown =
			!yes[IW_FILTER_EXCLUDE] && !yes[IW_FILTER_IGNORE] &&
			(!added[IW_FILTER_INCLUDE] || yes[IW_FILTER_INCLUDE]) &&
			(!added[IW_FILTER_GLOB] || yes[IW_FILTER_GLOB]);
		assert_int_equal(iw_filter_shows(filter, &path, false), is_shown);
		assert_int_equal(iw_filter_prunes(filter, &path, false),
				 yes[IW_FILTER_IGNORE] || yes[IW_FILTER_PRUNE]);
		assert_int_equal(iw_filter_has_ignores(filter),
				 added[IW_FILTER_IGNORE] || added[IW_FILTER_PRUNE]);
		iw_filter_free(filter);
		size_t freed = 0;
		for (size_t i = 0; i < 10; i++) {
			assert_in_range(probes[i].freed, 0, 1);
			freed += (size_t)probes[i].freed;
		}
		assert_int_equal(freed,
				 added[0] + added[1] + added[2] + added[3] + added[4]);
	}
}

static void types(void **state IW_UNUSED)
{
	struct iw_filter *filter = new_filter();
	struct probe exclude = {.answer = true};
	char bytes[64];
	const struct iw_path path = path_of(&samples[0], bytes);

	assert_true(iw_filter_shows(filter, &path, true));
	assert_true(iw_filter_shows(filter, &path, false));
	iw_filter_set_type(filter, IW_TYPE_DIR);
	assert_true(iw_filter_shows(filter, &path, true));
	assert_false(iw_filter_shows(filter, &path, false));
	iw_filter_set_type(filter, IW_TYPE_FILE);
	assert_false(iw_filter_shows(filter, &path, true));
	assert_true(iw_filter_shows(filter, &path, false));
	/* A type hides, but the directories are entered all the same. */
	assert_false(iw_filter_prunes(filter, &path, true));
	add(filter, IW_FILTER_EXCLUDE, IW_SUBJECT_FULL, false, &exclude);
	assert_false(iw_filter_shows(filter, &path, false));
	iw_filter_set_type(filter, IW_TYPE_ANY);
	assert_false(iw_filter_shows(filter, &path, true));
	exclude.answer = false;
	assert_true(iw_filter_shows(filter, &path, true));
	iw_filter_free(filter);
}

static void no_filter_shows_all(void **state IW_UNUSED)
{
	char bytes[64];
	const struct iw_path path = path_of(&samples[0], bytes);

	for (int is_dir = 0; is_dir < 2; is_dir++) {
		assert_true(iw_filter_shows(NULL, &path, is_dir));
		assert_false(iw_filter_prunes(NULL, &path, is_dir));
	}
	assert_false(iw_filter_has_ignores(NULL));
	iw_filter_free(NULL);
}

static void a_pattern_need_not_be_freed(void **state IW_UNUSED)
{
	struct probe probe = {.answer = true};
	struct iw_filter *filter = new_filter();
	const struct iw_pattern pattern = {.matches = probe_matches, .context = &probe};
	char bytes[64];
	const struct iw_path path = path_of(&samples[0], bytes);

	assert_int_equal(iw_filter_add(filter, IW_FILTER_EXCLUDE, &pattern), 0);
	assert_false(iw_filter_shows(filter, &path, false));
	iw_filter_free(filter);
	assert_int_equal(probe.freed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pattern_alone),
		cmocka_unit_test(kinds_together),
		cmocka_unit_test(types),
		cmocka_unit_test(no_filter_shows_all),
		cmocka_unit_test(a_pattern_need_not_be_freed),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
