/* SPDX-License-Identifier: MIT */
/* Reading a store at each moment of what a writer does to it. */
#include "sink/store/catalog.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "text_support.h"

enum { MOST = 8, STEPS = 4, AT_ONCE = -1 };
static const char OLD[] = "20261101T120000.000000000Z";
static const char NEW[] = "20261102T120000.000000000Z";
static const char GONE[] = "20261103T120000.000000000Z.deleted";

/* The store, and a writer that does its steps before the reader's next look. */
struct scene {
	char folder[32];
	int store_fd;
	bool is_deleting;
	int steps_done;
	int looks_left; /* of the reader, before the writer goes on */
	struct iw_catalog_version seen[MOST];
	size_t seen_len;
};

/* NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): of the wrapper */
static struct scene *scene;

static void make_file(const char *path, const char *content)
{
	const int fd = openat(scene->store_fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

static void tell_time(const char *time)
{
	unlinkat(scene->store_fd, ".inowatch/newest/w/a", 0);
	assert_int_equal(symlinkat(time, scene->store_fd, ".inowatch/newest/w/a"), 0);
}

static void link_older(void)
{
	char older[64];

	snprintf(older, sizeof(older), "versions/w/a/%s", OLD);
	assert_int_equal(
		linkat(scene->store_fd, "current/w/a", scene->store_fd, older, 0), 0);
}

static void mark(void)
{
	char gone[80];

	snprintf(gone, sizeof(gone), "versions/w/a/%s", GONE);
	make_file(gone, "");
}

/* As layout.h has it: link, time, rename; or link, mark, unlink, forget. */
static void step(void)
{
	switch (scene->steps_done++) {
	case 0:
		link_older();
		break;
	case 1:
		if (scene->is_deleting)
			mark();
		else
			tell_time(NEW);
		break;
	case 2:
		if (scene->is_deleting)
			unlinkat(scene->store_fd, "current/w/a", 0);
		else
			assert_int_equal(renameat(scene->store_fd, "copy",
						  scene->store_fd, "current/w/a"),
					 0);
		break;
	case 3:
		if (scene->is_deleting)
			unlinkat(scene->store_fd, ".inowatch/newest/w/a", 0);
		break;
	default:
		break;
	}
}

int __real_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, mode_t mode);
int __real_fstatat(int fd, const char *path, struct stat *stat, int flags);
int __wrap_fstatat(int fd, const char *path, struct stat *stat, int flags);

static void let_write(const char *path)
{
	/* The reader looks at names, the writer at paths. */
	if (!scene || strchr(path, '/') || scene->looks_left-- > 0)
		return;
	scene->looks_left = 0;
	if (scene->steps_done != AT_ONCE) {
		step();
		return;
	}
	scene->steps_done = 0;
	while (scene->steps_done < STEPS)
		step();
}

int __wrap_openat(int fd, const char *path, int flags, mode_t mode)
{
	let_write(path);
	return __real_openat(fd, path, flags, mode);
}

int __wrap_fstatat(int fd, const char *path, struct stat *stat, int flags)
{
	let_write(path);
	return __real_fstatat(fd, path, stat, flags);
}

static int on_file(void *context IW_UNUSED, const struct iw_catalog_file *file)
{
	assert_string_equal(file->path, "/w/a");
	assert_true(file->versions_len <= MOST);
	memcpy(scene->seen, file->versions, file->versions_len * sizeof(*file->versions));
	scene->seen_len = file->versions_len;
	return 0;
}

static void on_problem(void *context IW_UNUSED, const struct iw_catalog_problem *problem)
{
	fail_msg("%s %s", problem->place, problem->reason);
}

static const char *name_of(const struct iw_catalog_version *version)
{
	static char name[IW_LAYOUT_VERSION_LEN + 1];
	const struct iw_layout_version named = {version->time_ns, version->is_deleted};

	iw_layout_format_version(&named, name);
	return name;
}

/* The old one (3 bytes) is there in any case; what follows is true, or not there yet. */
static void check_seen(void)
{
	assert_in_range(scene->seen_len, 1, 2);
	assert_string_equal(name_of(&scene->seen[0]), OLD);
	assert_int_equal(scene->seen[0].size, 3);
	if (scene->seen_len == 1) {
		assert_true(scene->seen[0].is_current);
		return;
	}
	assert_string_equal(name_of(&scene->seen[1]), scene->is_deleting ? GONE : NEW);
	assert_int_equal(scene->seen[1].size, scene->is_deleting ? 0 : 5);
	assert_int_equal(scene->seen[1].is_current, !scene->is_deleting);
}

static void make_store(struct scene *to, bool is_deleting)
{
	*to = (struct scene){.is_deleting = is_deleting};
	memcpy(to->folder, "test_catalog.XXXXXX", sizeof("test_catalog.XXXXXX"));
	assert_non_null(mkdtemp(to->folder));
	to->store_fd = open(to->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(to->store_fd >= 0);
	static const char *const folders[] = {
		"current",      "current/w", "versions",         "versions/w",
		"versions/w/a", ".inowatch", ".inowatch/newest", ".inowatch/newest/w"};
	for (size_t i = 0; i < IW_ARRAY_LEN(folders); i++)
		assert_int_equal(mkdirat(to->store_fd, folders[i], 0700), 0);
	to->looks_left = INT32_MAX;
	scene = to;
	make_file("current/w/a", "old");
	tell_time(OLD);
	to->looks_left = INT32_MAX;
	const int fd = __real_openat(to->store_fd, "copy", O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "newer", 5), 5);
	close(fd);
}

static void end_store(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", scene->folder);
	close(scene->store_fd);
	scene = NULL;
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

/* The writer begins before the reader's n-th look, and does a step before each. */
static int read_while_writing(bool is_deleting, int looks)
{
	const struct iw_catalog_visitor visitor = {on_file, NULL, on_problem, NULL};
	struct scene writing;

	make_store(&writing, is_deleting);
	writing.looks_left = looks;
	assert_int_equal(iw_catalog_walk(writing.store_fd, "/w/a", &visitor), 0);
	check_seen();
	const int steps = writing.steps_done;
	end_store();
	return steps;
}

static void a_new_version_is_seen_whole_or_not_yet(void **state IW_UNUSED)
{
	int looks = 0;

	while (read_while_writing(false, looks++) > 0)
		continue;
	assert_true(looks > 4);
}

static void a_deletion_is_seen_whole_or_not_yet(void **state IW_UNUSED)
{
	int looks = 0;

	while (read_while_writing(true, looks++) > 0)
		continue;
	assert_true(looks > 4);
}

/* All steps at once, before the n-th look. */
static int read_around(bool is_deleting, int looks)
{
	const struct iw_catalog_visitor visitor = {on_file, NULL, on_problem, NULL};
	struct scene writing;

	make_store(&writing, is_deleting);
	/* The reader's looks are counted; at the n-th the writer does all. */
	writing.looks_left = looks;
	writing.steps_done = AT_ONCE;
	assert_int_equal(iw_catalog_walk(writing.store_fd, "/w/a", &visitor), 0);
	check_seen();
	const int steps = writing.steps_done;
	end_store();
	return steps;
}

static void all_of_it_between_two_looks(void **state IW_UNUSED)
{
	for (int is_deleting = 0; is_deleting < 2; is_deleting++) {
		int looks = 0;

		while (read_around(is_deleting, looks++) >= 0)
			continue;
		assert_true(looks > 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_version_is_seen_whole_or_not_yet),
		cmocka_unit_test(a_deletion_is_seen_whole_or_not_yet),
		cmocka_unit_test(all_of_it_between_two_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
