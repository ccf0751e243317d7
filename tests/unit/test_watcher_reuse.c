/* SPDX-License-Identifier: MIT */
/*
 * The kernel gives a watch descriptor out again after 2^31 others. Its old owner's late
 * events must never name the new one; the reuse is played, because it cannot be waited
 * for.
 */
#include "text_support.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "source/watcher-private.h"

struct told {
	char last[256]; /* the path told last, empty if none */
	size_t count;
};

static int keep_last(void *context, const struct iw_record *record)
{
	struct told *told = context;

	if (iw_event_is_control(record->event))
		return 0;
	snprintf(told->last, sizeof(told->last), "%.*s", (int)record->path.len,
		 record->path.bytes);
	told->count++;
	return 0;
}

static void make_directory(const char *base, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", base, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void remove_directory(const char *base, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", base, name);
	assert_int_equal(rmdir(path), 0);
}

static void apply(struct iw_watcher *watcher, int32_t wd, uint32_t mask, const char *name)
{
	const struct iw_raw_event raw = {
		.wd = wd,
		.mask = mask,
		.name = name,
		.name_len = strlen(name),
	};

	assert_int_equal(iw_apply(watcher, &raw), 0);
}

static void late_events_name_nobody(void **state IW_UNUSED)
{
	char base[] = "/tmp/inowatch-unit-XXXXXX";
	struct iw_watcher *watcher = NULL;
	struct told told = {0};
	const struct iw_watcher_config config = {
		.mask = IN_CREATE,
		.is_recursive = true,
		.record = keep_last,
		.context = &told,
	};
	int r = 1;

	assert_non_null(mkdtemp(base));
	make_directory(base, "old");
	make_directory(base, "new");
	assert_int_equal(iw_watcher_new(&config, &watcher), 0);
	assert_int_equal(iw_watcher_add(watcher, base, strlen(base)), 0);
	while (r > 0)
		r = iw_watcher_turn(watcher);
	assert_int_equal(r, 0);

	const uint32_t root = iw_tree_first_root(watcher->tree);
	const uint32_t former = iw_tree_find_child(watcher->tree, root, "old", 3);
	const uint32_t later = iw_tree_find_child(watcher->tree, root, "new", 3);
	const int32_t wd = iw_tree_node(watcher->tree, former)->wd;
	assert_int_equal(iw_watcher_unwatch(watcher, former), 0);
	assert_int_equal(iw_watcher_unwatch(watcher, later), 0);
	assert_int_equal(iw_tree_bind(watcher->tree, later, wd), 0);

	apply(watcher, wd, IN_CREATE, "late");
	assert_int_equal(told.count, 0);
	apply(watcher, wd, IN_IGNORED, "");
	assert_int_equal(iw_tree_node(watcher->tree, later)->wd, wd);
	apply(watcher, wd, IN_CREATE, "own");
	assert_int_equal(told.count, 1);
	assert_non_null(strstr(told.last, "/new/own"));

	iw_watcher_free(watcher);
	remove_directory(base, "old");
	remove_directory(base, "new");
	assert_int_equal(rmdir(base), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_events_name_nobody),
	};

	return cmocka_run_group_tests_name("watch descriptors given out again", tests,
					   NULL, NULL);
}
