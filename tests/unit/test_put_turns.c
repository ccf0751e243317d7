/* SPDX-License-Identifier: MIT */
/*
 * Two threads find the same file in the way of what they put below it. One of them is
 * stopped, by a wrapped pthread_mutex_lock(3), until the other has put all of its own.
 */
#include "sink/store/put.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text_support.h"

/* Making directories takes the first lock, removing what is in their way the second. */
enum { REMOVAL_LOCK = 2 };

/* NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): of the wrapper */
static _Thread_local int locks_left;
static sem_t is_stopped;
static sem_t may_go_on;
/* NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables) */

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): of the linker */
int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
	if (locks_left && --locks_left == 0) {
		sem_post(&is_stopped);
		sem_wait(&may_go_on);
	}
	return __real_pthread_mutex_lock(mutex);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* A source and its store, in a private folder that is the working directory. */
struct scene {
	char folder[32];
	struct iw_store *store;
};

static void write_file(const char *path)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, path, strlen(path)), strlen(path));
	close(fd);
}

static void on_line(void *context IW_UNUSED, const struct iw_put_line *line)
{
	assert_int_not_equal(line->event, IW_PUT_FAILED);
}

/* Below "/s", as the store sees it. */
static int put(struct iw_store *store, const char *below)
{
	const struct iw_place place = {.root = "source", .below = below};
	const struct iw_put_listener listener = {on_line, NULL};
	char absolute[32];

	snprintf(absolute, sizeof(absolute), "/s/%s", below);
	return iw_put(store, &place, absolute, &listener);
}

static int make_scene(void **state)
{
	const struct iw_store_config config = {.path = "store"};
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	snprintf(scene->folder, sizeof(scene->folder), "test_put_turns.XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	assert_int_equal(chdir(scene->folder), 0);
	assert_int_equal(mkdir("source", 0755), 0);
	assert_int_equal(iw_store_open(&config, &scene->store), 0);
	sem_init(&is_stopped, 0, 0);
	sem_init(&may_go_on, 0, 0);
	*state = scene;
	return 0;
}

static int end_scene(void **state)
{
	struct scene *scene = *state;
	char command[64];

	iw_store_close(scene->store);
	sem_destroy(&is_stopped);
	sem_destroy(&may_go_on);
	assert_int_equal(chdir(".."), 0);
	snprintf(command, sizeof(command), "rm -r '%s'", scene->folder);
	const int status = system(command); /* NOLINT(cert-env33-c) */
	free(scene);
	return status;
}

static void *put_late(void *store)
{
	locks_left = REMOVAL_LOCK;
	return put(store, "b/late") == 0 ? store : NULL;
}

static void what_is_no_longer_in_the_way_stays(void **state)
{
	struct scene *scene = *state;
	struct stat stat_of;
	pthread_t late;
	void *result = NULL;

	write_file("source/b");
	assert_int_equal(put(scene->store, "b"), 0);
	assert_int_equal(unlink("source/b"), 0);
	assert_int_equal(mkdir("source/b", 0755), 0);
	assert_int_equal(mkdir("source/b/h", 0755), 0);
	write_file("source/b/late");
	write_file("source/b/soon");

	assert_int_equal(pthread_create(&late, NULL, put_late, scene->store), 0);
	sem_wait(&is_stopped);
	assert_int_equal(put(scene->store, "b/soon"), 0);
	assert_int_equal(put(scene->store, "b/h"), 0);
	sem_post(&may_go_on);
	assert_int_equal(pthread_join(late, &result), 0);
	assert_ptr_equal(result, scene->store);

	assert_int_equal(access("store/current/s/b/late", F_OK), 0);
	assert_int_equal(access("store/current/s/b/soon", F_OK), 0);
	assert_int_equal(stat("store/current/s/b/h", &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0755);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_no_longer_in_the_way_stays,
						make_scene, end_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
