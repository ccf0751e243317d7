/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "sink/store/beneath.h"
#include "sink/store/hash.h"

/* A private folder with in/d/file, in/link -> d, in/out -> .. and secret beside in. */
static int make_folder(void **state)
{
	char name[] = "/tmp/inowatch-test.XXXXXX";
	static const char *const folders[] = {"in", "in/d"};
	static const char *const files[] = {"in/d/file", "secret"};

	if (!mkdtemp(name))
		return -1;
	const int fd = open(name, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < 2; i++) {
		if (mkdirat(fd, folders[i], 0700) < 0)
			return -1;
	}
	for (size_t i = 0; i < 2; i++)
		close(openat(fd, files[i], O_WRONLY | O_CREAT, 0600));
	if (symlinkat("d", fd, "in/link") < 0 || symlinkat("..", fd, "in/out") < 0)
		return -1;
	*state = strdup(name);
	const int root_fd = openat(fd, "in", O_RDONLY | O_DIRECTORY);
	close(fd);
	return chdir(name) < 0 || root_fd < 0 || dup2(root_fd, 100) < 0 ||
	       close(root_fd) < 0;
}

static int remove_folder(void **state)
{
	char command[100];

	close(100);
	snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	free(*state);
	return chdir("/") < 0 || system(command) != 0; /* NOLINT(cert-env33-c) */
}

static void opens_what_is_below(void **state IW_UNUSED)
{
	static const char *const paths[] = {"", "d", "d/file", "./d//file", "link"};

	for (size_t i = 0; i < IW_ARRAY_LEN(paths); i++) {
		const int fd = iw_beneath_open(100, paths[i], O_PATH);

		assert_true(fd >= 0);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		close(fd);
	}
}

static void lists_what_is_below(void **state IW_UNUSED)
{
	const struct dirent *entry;
	DIR *directory = NULL;
	bool has_file = false;

	assert_int_equal(iw_beneath_list(100, "d", &directory), 0);
	assert_true(fcntl(dirfd(directory), F_GETFD) & FD_CLOEXEC);
	while ((entry = readdir(directory)))
		has_file |= strcmp(entry->d_name, "file") == 0;
	assert_true(has_file);
	closedir(directory);
	assert_int_equal(iw_beneath_list(100, "d/none", &directory), -ENOENT);
	assert_int_equal(iw_beneath_list(100, "d/file", &directory), -ENOTDIR);
	assert_true(iw_beneath_list(100, "out", &directory) < 0);
	assert_int_equal(iw_beneath_list(100, "..", &directory), -EXDEV);
}

static void leads_never_out(void **state IW_UNUSED)
{
	assert_int_equal(iw_beneath_open(100, "../secret", O_RDONLY), -EXDEV);
	assert_true(iw_beneath_open(100, "out/secret", O_RDONLY) < 0);
	assert_true(iw_beneath_open(100, "link/file", O_RDONLY) < 0);
	assert_int_equal(iw_beneath_open(100, "link", O_RDONLY), -ELOOP);
	assert_true(iw_beneath_open(100, "/etc/passwd", O_RDONLY) < 0);
	assert_true(iw_beneath_make_directories(100, "out/new", NULL) < 0);
	assert_int_equal(access("new", F_OK), -1);
}

/* More than PATH_MAX cannot be opened at once: the steps are the same as without
 * openat2. */
static void takes_any_length(void **state IW_UNUSED)
{
	char path[6000] = "";
	size_t failed_len = 1;

	for (size_t len = 0; len < 5500; len += 101) {
		memset(path + len, 'x', 100);
		path[len + 100] = '/';
	}
	path[strlen(path) - 1] = '\0';
	int fd = iw_beneath_make_directories(100, path, &failed_len);
	assert_true(fd >= 0);
	assert_int_equal(failed_len, 0);
	assert_int_equal(symlinkat("../../secret", fd, "link"), 0);
	close(fd);
	fd = iw_beneath_open(100, path, IW_BENEATH_DIRECTORY);
	assert_true(fd >= 0);
	close(fd);
	strcat(path, "/link");
	assert_int_equal(iw_beneath_open(100, path, O_RDONLY), -ELOOP);
	memcpy(path + strlen(path) - 5, "/..", 4);
	assert_int_equal(iw_beneath_open(100, path, O_PATH), -EXDEV);
}

static void tells_what_is_in_the_way(void **state IW_UNUSED)
{
	size_t failed_len = 0;

	assert_int_equal(iw_beneath_make_directories(100, "d/file/x", &failed_len),
			 -ENOTDIR);
	assert_int_equal(failed_len, 6);
	assert_true(iw_beneath_make_directories(100, "link/x", &failed_len) < 0);
	assert_int_equal(failed_len, 4);
}

static void opens_the_parent(void **state IW_UNUSED)
{
	const char *name = NULL;
	const int fd = iw_beneath_open_parent(100, "d/file", O_PATH | O_DIRECTORY, &name);

	assert_true(fd >= 0);
	assert_string_equal(name, "file");
	close(fd);
	assert_int_equal(iw_beneath_open_parent(100, "d/", O_PATH, &name), -EINVAL);
	assert_int_equal(iw_beneath_open_parent(100, "", O_PATH, &name), -EINVAL);
}

static void hashes_as_others_do(void **state IW_UNUSED)
{
	uint64_t hash = 0;
	const int fd = open("in/d/file", O_RDWR | O_CLOEXEC);

	/* What xxhsum -H3 prints of nothing, and of "a". */
	assert_int_equal(iw_hash_file(fd, NULL, &hash), 0);
	assert_true(hash == UINT64_C(0x2d06800538d394c2));
	assert_int_equal(write(fd, "a", 1), 1);
	assert_int_equal(iw_hash_file(fd, NULL, &hash), 0);
	assert_true(hash == UINT64_C(0xe6c632b61e964e1f));
	if (iw_hash_put(fd, hash) == 0) {
		uint64_t got = 0;

		assert_int_equal(iw_hash_get(fd, &got), 0);
		assert_true(got == hash);
	}
	assert_int_equal(iw_hash_is_same_content(fd, fd, NULL), 1);
	const int other = open("secret", O_RDONLY | O_CLOEXEC);
	assert_int_equal(iw_hash_is_same_content(fd, other, NULL), 0);
	close(other);
	close(fd);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(opens_what_is_below), IN_FOLDER(leads_never_out),
		IN_FOLDER(takes_any_length),    IN_FOLDER(tells_what_is_in_the_way),
		IN_FOLDER(opens_the_parent),    IN_FOLDER(hashes_as_others_do),
		IN_FOLDER(lists_what_is_below),
	};

	return cmocka_run_group_tests_name("beneath", tests, NULL, NULL);
}
