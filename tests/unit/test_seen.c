/* SPDX-License-Identifier: MIT */
#include "sink/seen.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text_support.h"

enum { ALL = 1 << 30 };

static int setup(void **state)
{
	char folder[] = "/tmp/seen-XXXXXX";

	*state = mkdtemp(folder) ? strdup(folder) : NULL;
	return *state ? chdir(*state) : -1;
}

static int remove_one(const char *path, const struct stat *file IW_UNUSED,
		      int kind IW_UNUSED, struct FTW *walk IW_UNUSED)
{
	return remove(path);
}

static int teardown(void **state)
{
	int r = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return r || chdir("/") < 0;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int look_in(struct iw_seen *seen, const char *path, enum iw_event event,
		   size_t *room)
{
	struct iw_batch batch = IW_BATCH_INIT;
	const struct iw_sight sight = {
		.path = path, .path_len = strlen(path), .event = event, .is_dir = true};

	assert_int_equal(iw_batch_add(&batch, &sight), 0);
	int r = iw_seen_look(seen, batch.first, room);
	iw_batch_done(&batch);
	return r;
}

static int look(struct iw_seen *seen, const char *path)
{
	size_t room = ALL;

	return look_in(seen, path, IW_CLOSE_WRITE, &room);
}

static size_t count_of(const struct iw_seen *seen)
{
	size_t bytes;

	return iw_seen_count(seen, &bytes);
}

static void it_knows_what_it_has_seen(void **state IW_UNUSED)
{
	struct iw_seen *seen;
	size_t room = ALL;

	assert_int_equal(iw_seen_new(&seen), 0);
	assert_int_equal(look(seen, "f"), 0);
	write_file("f", "one");
	assert_int_equal(look(seen, "f"), 1);
	assert_int_equal(look(seen, "f"), 0);
	write_file("f", "two");
	assert_int_equal(look(seen, "f"), 1);
	assert_int_equal(look(seen, "f"), 0);
	assert_int_equal(look_in(seen, "f", IW_DELETE, &room), 1);
	assert_int_equal(chmod("f", 0700), 0);
	assert_int_equal(look(seen, "f"), 1);
	assert_int_equal(unlink("f"), 0);
	assert_int_equal(look(seen, "f"), 1);
	assert_int_equal(look(seen, "f"), 0);
	iw_seen_free(seen);
}

static void a_large_file_is_read_in_pieces(void **state IW_UNUSED)
{
	struct iw_seen *seen;
	int pieces = 0;
	int r = -EAGAIN;

	assert_int_equal(iw_seen_new(&seen), 0);
	write_file("large", "");
	assert_int_equal(truncate("large", 10 << 20), 0);
	while (r == -EAGAIN) {
		size_t room = 1 << 20;

		r = look_in(seen, "large", IW_FOUND, &room);
		pieces++;
		/* What is read already is read anew. */
		if (pieces == 5)
			write_file("large", "small");
		assert_true(pieces < 20);
	}
	assert_int_equal(r, 1);
	assert_int_equal(look(seen, "large"), 0);
	iw_seen_free(seen);
}

static void a_path_never_gets_the_number_of_another(void **state IW_UNUSED)
{
	struct iw_seen *seen;
	size_t room = 1 << 20;

	assert_int_equal(iw_seen_new(&seen), 0);
	write_file("a", "");
	write_file("b", "b");
	assert_int_equal(truncate("a", 3 << 20), 0);
	assert_int_equal(look_in(seen, "a", IW_FOUND, &room), -EAGAIN);
	assert_int_equal(look(seen, "b"), 1);
	assert_int_equal(look(seen, "b"), 0);
	assert_int_equal(look(seen, "a"), 1);
	assert_int_equal(look(seen, "a"), 0);
	iw_seen_free(seen);
}

static void what_lay_in_a_directory_goes_with_it(void **state IW_UNUSED)
{
	struct iw_seen *seen;
	char path[64];

	assert_int_equal(iw_seen_new(&seen), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(mkdir("d/e", 0700), 0);
	write_file("other", "");
	assert_int_equal(look(seen, "d"), 1);
	assert_int_equal(look(seen, "d/e"), 1);
	assert_int_equal(look(seen, "other"), 1);
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "d/e/%d", i);
		write_file(path, path);
		assert_int_equal(look(seen, path), 1);
	}
	assert_int_equal(count_of(seen), 1003);
	assert_int_equal(rename("d", "moved"), 0);
	assert_int_equal(look(seen, "d"), 1);
	iw_seen_sweep(seen);
	assert_int_equal(count_of(seen), 1);
	assert_int_equal(look(seen, "other"), 0);
	iw_seen_free(seen);
}

static void forgetting_leaves_the_others(void **state IW_UNUSED)
{
	struct iw_seen *seen;
	char path[64];

	assert_int_equal(iw_seen_new(&seen), 0);
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "f%d", i);
		write_file(path, path);
		assert_int_equal(look(seen, path), 1);
	}
	for (int i = 0; i < 500; i += 2) {
		snprintf(path, sizeof(path), "f%d", i);
		const struct iw_sight sight = {.path = path, .path_len = strlen(path)};
		iw_seen_forget(seen, &sight);
	}
	assert_int_equal(count_of(seen), 250);
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "f%d", i);
		assert_int_equal(look(seen, path), i % 2 == 0);
	}
	iw_seen_free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_knows_what_it_has_seen, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_large_file_is_read_in_pieces, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_path_never_gets_the_number_of_another,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_lay_in_a_directory_goes_with_it,
						setup, teardown),
		cmocka_unit_test_setup_teardown(forgetting_leaves_the_others, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
