/* SPDX-License-Identifier: MIT */
/* A PATH is taken back: its watches go, and what other PATHs reach stays theirs. */
#include "text_support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "source/watcher-private.h"

struct scene {
	char base[64];
	struct iw_watcher *watcher;
	char told[4096]; /* "event path\n" each, below base */
};

static int keep(void *context, const struct iw_record *record)
{
	struct scene *scene = context;
	const size_t used = strlen(scene->told);
	const size_t base_len = strlen(scene->base);
	const struct iw_path *path = &record->path;
	const bool has_path = path->len > base_len;

	snprintf(scene->told + used, sizeof(scene->told) - used, "%s %.*s\n",
		 iw_event_word(record->event), has_path ? (int)(path->len - base_len) : 0,
		 has_path ? path->bytes + base_len : "");
	return 0;
}

static const char *path_in(const struct scene *scene, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s%s", scene->base, name);
	return path;
}

static void make_directory(const struct scene *scene, const char *name)
{
	assert_int_equal(mkdir(path_in(scene, name), 0755), 0);
}

static void make_file(const struct scene *scene, const char *name)
{
	const int fd = open(path_in(scene, name), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static void add(struct scene *scene, const char *name)
{
	const char *path = path_in(scene, name);

	assert_int_equal(iw_watcher_add(scene->watcher, path, strlen(path)), 0);
}

static int remove_path(struct scene *scene, const char *name)
{
	const char *path = path_in(scene, name);

	return iw_watcher_remove(scene->watcher, path, strlen(path));
}

/* Turns until nothing is left to do. */
static void turn(struct scene *scene)
{
	int r = 1;

	while (r > 0)
		r = iw_watcher_turn(scene->watcher);
	assert_int_equal(r, 0);
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	const struct iw_watcher_config config = {
		.mask = IN_CREATE,
		.is_recursive = true,
		.record = keep,
		.context = scene,
	};

	assert_non_null(scene);
	strcpy(scene->base, "/tmp/inowatch-unit-XXXXXX");
	assert_non_null(mkdtemp(scene->base));
	make_directory(scene, "/a");
	make_directory(scene, "/a/in");
	make_directory(scene, "/b");
	assert_int_equal(iw_watcher_new(&config, &scene->watcher), 0);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"/a/in/new", "/a/new", "/b/new", "/a/in",
					    "/a",        "/b",     ""};
	struct scene *scene = *state;

	iw_watcher_free(scene->watcher);
	for (size_t i = 0; i < IW_ARRAY_LEN(names); i++)
		(void)!remove(path_in(scene, names[i]));
	free(scene);
	return 0;
}

static void nothing_below_it_is_told(void **state)
{
	struct scene *scene = *state;

	add(scene, "/a");
	add(scene, "/b");
	turn(scene);
	assert_int_equal(remove_path(scene, "/a//"), 0);
	turn(scene);
	scene->told[0] = '\0';
	make_file(scene, "/a/new");
	make_file(scene, "/a/in/new");
	make_file(scene, "/b/new");
	turn(scene);
	assert_string_equal(scene->told, "create /b/new\n");
}

static void queued_events_are_not_told(void **state)
{
	struct scene *scene = *state;

	add(scene, "/a");
	turn(scene);
	scene->told[0] = '\0';
	make_file(scene, "/a/new");
	assert_int_equal(remove_path(scene, "/a"), 0);
	turn(scene);
	assert_string_equal(scene->told, "");
	assert_false(iw_watcher_has_any(scene->watcher));
}

static void all_watches_are_released(void **state)
{
	struct scene *scene = *state;
	struct iw_watcher_state after;

	add(scene, "/a");
	turn(scene);
	assert_true(iw_anchors_use(&scene->watcher->anchors, 1) ||
		    scene->watcher->anchors.len > 0);
	assert_int_equal(remove_path(scene, "/a"), 0);
	turn(scene);
	iw_watcher_get_state(scene->watcher, &after);
	assert_int_equal(after.watched, 0);
	assert_int_equal(after.awaited, 0);
	/* Each watch that is gone was told as IN_IGNORED, those on the way included. */
	for (int32_t wd = 1; wd < 64; wd++)
		assert_int_equal(inotify_rm_watch(scene->watcher->fd, wd), -1);
}

static void another_path_takes_over(void **state)
{
	struct scene *scene = *state;

	add(scene, "/a");
	add(scene, "/a/in");
	turn(scene);
	scene->told[0] = '\0';
	assert_int_equal(remove_path(scene, "/a"), 0);
	turn(scene);
	assert_string_equal(scene->told, "resync /a/in/\nsynced \n");
	scene->told[0] = '\0';
	make_file(scene, "/a/in/new");
	make_file(scene, "/a/new");
	turn(scene);
	assert_string_equal(scene->told, "create /a/in/new\n");
}

static void the_inner_path_goes(void **state)
{
	struct scene *scene = *state;

	add(scene, "/a/in");
	add(scene, "/a");
	turn(scene);
	scene->told[0] = '\0';
	assert_int_equal(remove_path(scene, "/a/in"), 0);
	turn(scene);
	make_file(scene, "/a/in/new");
	turn(scene);
	assert_non_null(strstr(scene->told, "create /a/in/new\n"));
}

static void a_missing_path_is_not_awaited(void **state)
{
	struct scene *scene = *state;

	add(scene, "/b/new");
	turn(scene);
	assert_true(iw_watcher_has_any(scene->watcher));
	assert_int_equal(remove_path(scene, "/b/new"), 0);
	scene->told[0] = '\0';
	make_file(scene, "/b/new");
	turn(scene);
	assert_string_equal(scene->told, "");
	assert_false(iw_watcher_has_any(scene->watcher));
}

static void only_what_was_added(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(remove_path(scene, "/a"), -ENOENT);
	add(scene, "/a");
	assert_int_equal(remove_path(scene, "/a/in"), -ENOENT);
	assert_int_equal(remove_path(scene, "/a"), 0); /* before it was watched */
	assert_int_equal(remove_path(scene, "/a"), -ENOENT);
	turn(scene);
	assert_false(iw_watcher_has_any(scene->watcher));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_below_it_is_told), TEST(queued_events_are_not_told),
		TEST(all_watches_are_released), TEST(another_path_takes_over),
		TEST(the_inner_path_goes),      TEST(a_missing_path_is_not_awaited),
		TEST(only_what_was_added),
	};

	return cmocka_run_group_tests_name("taking a PATH back", tests, NULL, NULL);
}
