/* SPDX-License-Identifier: MIT */
/* A store as the program makes it: whatever byte of it changes, the check names it. */
#include "sink/store/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "sink/store/put.h"
#include "sink/store/restore.h"
#include "text_support.h"

enum { MOST_LEN = 4096 };

/* The folder, and what was told last. */
struct scene {
	char folder[64];
	char source[128];
	char place[MOST_LEN]; /* of the last problem */
	uint64_t told;
	bool has_attributes;
	int store_fd;
};

static void write_file(const struct scene *scene, const char *name, const char *content)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", scene->source, name);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

static void on_put(void *context IW_UNUSED, const struct iw_put_line *line)
{
	assert_int_not_equal(line->event, IW_PUT_FAILED);
}

/* Absolute as the tests see it: "/s/NAME". */
static void put(struct scene *scene, struct iw_store *store, const char *name)
{
	const struct iw_place place = {.root = scene->source, .below = name};
	const struct iw_put_listener listener = {on_put, NULL};
	char absolute[64];

	snprintf(absolute, sizeof(absolute), "/s/%s", name);
	assert_int_equal(iw_put(store, &place, absolute, &listener), 0);
}

static void fill_store(struct scene *scene, const char *path)
{
	const struct iw_store_config config = {.path = path};
	struct iw_store *store = NULL;
	char link[256];

	assert_int_equal(iw_store_open(&config, &store), 0);
	write_file(scene, "a", "content of a");
	write_file(scene, "b", "first of b");
	write_file(scene, "gone", "was here");
	snprintf(link, sizeof(link), "%s/link", scene->source);
	assert_int_equal(symlink("a", link), 0);
	put(scene, store, "a");
	put(scene, store, "b");
	put(scene, store, "gone");
	put(scene, store, "link");
	write_file(scene, "b", "second version of b");
	put(scene, store, "b");
	snprintf(link, sizeof(link), "%s/gone", scene->source);
	assert_int_equal(unlink(link), 0);
	put(scene, store, "gone");
	iw_store_close(store);
}

static void probe_attributes(struct scene *scene)
{
	const int fd = openat(scene->store_fd, "current/s/a", O_RDONLY | O_CLOEXEC);
	char value[64];

	assert_true(fd >= 0);
	scene->has_attributes =
		fgetxattr(fd, IW_LAYOUT_CHECKSUM, value, sizeof(value)) > 0;
	close(fd);
}

static int make_scene(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	char store[128];

	assert_non_null(scene);
	snprintf(scene->folder, sizeof(scene->folder), "test_check.XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	snprintf(scene->source, sizeof(scene->source), "%s/source", scene->folder);
	assert_int_equal(mkdir(scene->source, 0755), 0);
	snprintf(store, sizeof(store), "%s/store", scene->folder);
	fill_store(scene, store);
	scene->store_fd = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(scene->store_fd >= 0);
	probe_attributes(scene);
	if (!scene->has_attributes)
		print_message(
			"# no extended attributes here: content is not looked at\n");
	*state = scene;
	return 0;
}

static int end_scene(void **state)
{
	struct scene *scene = *state;
	char command[96];

	close(scene->store_fd);
	snprintf(command, sizeof(command), "rm -r '%s'", scene->folder);
	const int status = system(command); /* NOLINT(cert-env33-c) */
	free(scene);
	return status;
}

static void on_problem(void *context, const struct iw_catalog_problem *problem)
{
	struct scene *scene = context;

	scene->told++;
	snprintf(scene->place, sizeof(scene->place), "%s", problem->place);
}

static struct iw_check_counts check(struct scene *scene)
{
	const struct iw_check_config config = {scene->store_fd, true, on_problem, scene};
	struct iw_check_counts counts = {0};

	scene->told = 0;
	scene->place[0] = '\0';
	assert_int_equal(iw_check(&config, &counts), 0);
	assert_true(counts.problems == scene->told);
	return counts;
}

static void assert_named(struct scene *scene, const char *place)
{
	check(scene);
	if (scene->told != 1 || strcmp(scene->place, place) != 0)
		fail_msg("%s: %d problems, the last of %s", place, (int)scene->told,
			 scene->place);
}

static void what_was_stored_is_whole(void **state)
{
	struct scene *scene = *state;
	const struct iw_check_counts counts = check(scene);

	assert_int_equal(counts.problems, 0);
	assert_int_equal(counts.files, 4);
	assert_int_equal(counts.versions, 5);
	assert_int_equal(counts.verified, scene->has_attributes ? 4 : 0);
	assert_int_equal(counts.unchecked, scene->has_attributes ? 1 : 5);
}

/* Each regular file below current/ and versions/, and the format. */
static size_t list_files(const struct scene *scene, char places[][MOST_LEN], size_t most)
{
	char command[256];
	size_t len = 0;

	snprintf(command, sizeof(command),
		 "cd '%s/store' && find current versions .inowatch/format -type f -size "
		 "+0",
		 scene->folder);
	FILE *found = popen(command, "r"); /* NOLINT(cert-env33-c) */
	assert_non_null(found);
	for (; len < most && fgets(places[len], MOST_LEN, found); len++)
		places[len][strcspn(places[len], "\n")] = '\0';
	pclose(found);
	return len;
}

static void every_byte_is_looked_at(void **state)
{
	struct scene *scene = *state;
	static char places[16][MOST_LEN];
	const size_t len = list_files(scene, places, 16);
	size_t bytes = 0;

	assert_int_equal(len, 5);
	for (size_t i = 0; i < len; i++) {
		const int fd = openat(scene->store_fd, places[i], O_RDWR | O_CLOEXEC);
		char byte;

		if (!scene->has_attributes && strcmp(places[i], IW_LAYOUT_FORMAT) != 0) {
			close(fd);
			continue;
		}
		assert_true(fd >= 0);
		for (off_t at = 0; pread(fd, &byte, 1, at) == 1; at++, bytes++) {
			const char flipped = (char)~byte;

			assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
			assert_named(scene, places[i]);
			assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		}
		close(fd);
	}
	assert_true(bytes >= (scene->has_attributes ? 50 : 2));
	assert_int_equal(check(scene).problems, 0);
}

static void every_digit_of_a_checksum_is_looked_at(void **state)
{
	struct scene *scene = *state;
	const int fd = openat(scene->store_fd, "current/s/b", O_RDWR | O_CLOEXEC);
	char value[64];
	const ssize_t len = fgetxattr(fd, IW_LAYOUT_CHECKSUM, value, sizeof(value));

	for (ssize_t i = 0; i < len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			value[i] ^= (char)(1 << bit);
			assert_int_equal(
				fsetxattr(fd, IW_LAYOUT_CHECKSUM, value, (size_t)len, 0),
				0);
			assert_named(scene, "current/s/b");
			value[i] ^= (char)(1 << bit);
		}
	}
	if (len > 0)
		assert_int_equal(fsetxattr(fd, IW_LAYOUT_CHECKSUM, value, (size_t)len, 0),
				 0);
	close(fd);
	assert_int_equal(check(scene).problems, 0);
}

static void a_time_that_is_none_is_named(void **state)
{
	static const char place[] = IW_LAYOUT_NEWEST "/s/b";
	struct scene *scene = *state;
	char text[IW_LAYOUT_TIME_LEN + 1] = "";

	assert_int_equal(readlinkat(scene->store_fd, place, text, IW_LAYOUT_TIME_LEN),
			 IW_LAYOUT_TIME_LEN);
	for (size_t i = 0; i <= IW_LAYOUT_TIME_LEN; i++) {
		if (i < IW_LAYOUT_TIME_LEN)
			text[i] = (char)(text[i] ^ 0x40);
		assert_int_equal(unlinkat(scene->store_fd, place, 0), 0);
		assert_int_equal(symlinkat(text, scene->store_fd, place), 0);
		if (i < IW_LAYOUT_TIME_LEN) {
			assert_named(scene, place);
			text[i] = (char)(text[i] ^ 0x40);
		}
	}
	assert_int_equal(check(scene).problems, 0);
}

static void what_is_truncated_or_gone_is_named(void **state)
{
	struct scene *scene = *state;

	if (scene->has_attributes) {
		assert_int_equal(renameat(scene->store_fd, "current/s/a", scene->store_fd,
					  "current/s/saved"),
				 0);
		const int fd =
			openat(scene->store_fd, "current/s/saved", O_RDWR | O_CLOEXEC);
		assert_int_equal(ftruncate(fd, 3), 0);
		assert_named(scene, "current/s/saved");
		assert_int_equal(pwrite(fd, "content of a", 12, 0), 12);
		close(fd);
		assert_int_equal(renameat(scene->store_fd, "current/s/saved",
					  scene->store_fd, "current/s/a"),
				 0);
	}
	assert_int_equal(renameat(scene->store_fd, "current/s/b", scene->store_fd, "b"),
			 0);
	assert_named(scene, "current/s/b");
	assert_int_equal(renameat(scene->store_fd, "b", scene->store_fd, "current/s/b"),
			 0);
	assert_int_equal(check(scene).problems, 0);
}

static void on_restored(void *context, const struct iw_restore_report *report)
{
	struct scene *scene = context;

	scene->told++;
	assert_int_equal(report->what, IW_RESTORE_DONE);
}

static void what_was_stored_comes_back(void **state)
{
	struct scene *scene = *state;
	const struct iw_restore_config config = {
		.store_fd = scene->store_fd,
		.at_ns = INT64_MAX,
		.told = on_restored,
		.context = scene,
	};
	char target[128];
	char command[300];

	scene->told = 0;
	snprintf(target, sizeof(target), "%s/target/s", scene->folder);
	assert_int_equal(iw_restore(&config, "/s", target), 0);
	assert_int_equal(scene->told, 3);
	snprintf(command, sizeof(command), "diff -r --no-dereference '%s' '%s'",
		 scene->source, target);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	assert_int_equal(iw_restore(&config, "/s/nothing", target), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_stored_is_whole),
		cmocka_unit_test(every_byte_is_looked_at),
		cmocka_unit_test(every_digit_of_a_checksum_is_looked_at),
		cmocka_unit_test(a_time_that_is_none_is_named),
		cmocka_unit_test(what_is_truncated_or_gone_is_named),
		cmocka_unit_test(what_was_stored_comes_back),
	};

	return cmocka_run_group_tests(tests, make_scene, end_scene);
}
