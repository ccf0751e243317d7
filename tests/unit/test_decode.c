/* SPDX-License-Identifier: MIT */
#include "core/decode.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include <cmocka.h>

#include "base/buffer.h"

#define TEN_N   "nnnnnnnnnn"
#define FIFTY_N TEN_N TEN_N TEN_N TEN_N TEN_N
#define LONGEST FIFTY_N FIFTY_N FIFTY_N FIFTY_N FIFTY_N "nnnnn"

enum { HEADER_LEN = sizeof(struct inotify_event) };

/*
 * What Linux 6 told about a directory in which files were made, renamed and removed.
 * The kernel pads names with NULs to a multiple of 16 bytes, at least one NUL.
 */
static const struct {
	int32_t wd;
	uint32_t mask;
	uint32_t cookie;
	uint32_t len;
	const char *name;
} recorded[] = {
	{1, IN_CREATE, 0, 16, "a"},
	{1, IN_OPEN, 0, 16, "a"},
	{1, IN_MODIFY, 0, 16, "a"},
	{1, IN_CLOSE_WRITE, 0, 16, "a"},
	{1, IN_CREATE | IN_ISDIR, 0, 16, "sub"},
	{1, IN_MOVED_FROM, 9797, 16, "a"},
	{1, IN_MOVED_TO, 9797, 16, "fifteen-bytes-x"},
	{1, IN_CREATE, 0, 256, LONGEST},
	{1, IN_ATTRIB | IN_ISDIR, 0, 16, "sub"},
	{1, IN_CREATE, 0, 32, "sixteen-bytes-xy"},
	{1, IN_MOVED_FROM, 9798, 16, "fifteen-bytes-x"},
	{1, IN_CREATE, 0, 16, "\xff\n"},
	{1, IN_OPEN | IN_ISDIR, 0, 0, ""},
	{-1, IN_Q_OVERFLOW, 0, 0, ""},
	{1, IN_DELETE, 0, 256, LONGEST},
	{1, IN_CLOSE_NOWRITE | IN_ISDIR, 0, 0, ""},
	{1, IN_DELETE_SELF, 0, 0, ""},
	{1, IN_IGNORED, 0, 0, ""},
};

/* The bytes as read(2) returned them, in the byte order of this machine. */
static void make_recorded(struct iw_buffer *buffer)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(recorded); i++) {
		const struct inotify_event header = {
			.wd = recorded[i].wd,
			.mask = recorded[i].mask,
			.cookie = recorded[i].cookie,
			.len = recorded[i].len,
		};
		char name[256] = {0};

		memcpy(name, recorded[i].name, strlen(recorded[i].name));
		assert_int_equal(iw_buffer_append(buffer, &header, HEADER_LEN), 0);
		assert_int_equal(iw_buffer_append(buffer, name, header.len), 0);
	}
}

static void assert_is_recorded(const struct iw_raw_event *event, size_t i)
{
	assert_in_range(i, 0, IW_ARRAY_LEN(recorded) - 1);
	assert_int_equal(event->wd, recorded[i].wd);
	assert_int_equal(event->mask, recorded[i].mask);
	assert_int_equal(event->cookie, recorded[i].cookie);
	assert_int_equal(event->len, recorded[i].len);
	assert_int_equal(event->name_len, strlen(recorded[i].name));
	assert_memory_equal(event->name, recorded[i].name, event->name_len);
}

/*
 * Decodes the first len bytes of the recording from a copy that ends where the
 * allocation ends, offset bytes behind an aligned address.
 */
static void check_prefix(const struct iw_buffer *recording, size_t len, size_t offset)
{
	IW_AUTO_FREE char *copy = malloc(offset + len + !(offset + len));
	struct iw_raw_event event;
	struct iw_decoder decoder;
	size_t consumed = 0;
	size_t count = 0;
	int r;

	assert_non_null(copy);
	memcpy(copy + offset, recording->data, len);
	iw_decoder_init(&decoder, copy + offset, len);
	while ((r = iw_decoder_next(&decoder, &event)) == 1) {
		assert_is_recorded(&event, count);
		assert_ptr_equal(event.name, copy + offset + consumed + HEADER_LEN);
		consumed += HEADER_LEN + event.len;
		count++;
	}
	assert_true(consumed <= len);
	assert_int_equal(r, consumed == len ? 0 : -EBADMSG);
	/* The next whole event would not have fitted. */
	if (count < IW_ARRAY_LEN(recorded))
		assert_true(consumed + HEADER_LEN + recorded[count].len > len);

	struct iw_raw_event untouched = {.wd = 4711, .name = "untouched"};
	const struct iw_raw_event before = untouched;
	assert_int_equal(iw_decoder_next(&decoder, &untouched), r);
	assert_memory_equal(&untouched, &before, sizeof(before));
}

static void test_whole_recording(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer recording = IW_BUFFER_INIT;
	struct iw_raw_event event;
	struct iw_decoder decoder;

	make_recorded(&recording);
	iw_decoder_init(&decoder, recording.data, recording.len);
	for (size_t i = 0; i < IW_ARRAY_LEN(recorded); i++) {
		assert_int_equal(iw_decoder_next(&decoder, &event), 1);
		assert_is_recorded(&event, i);
	}
	assert_int_equal(iw_decoder_next(&decoder, &event), 0);
}

static void test_nothing_is_the_end(void **state)
{
	struct iw_raw_event event;
	struct iw_decoder decoder;
	char byte = 0;

	iw_decoder_init(&decoder, &byte, 0);
	assert_int_equal(iw_decoder_next(&decoder, &event), 0);
	assert_int_equal(iw_decoder_next(&decoder, &event), 0);
}

static void test_every_truncation(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer recording = IW_BUFFER_INIT;

	make_recorded(&recording);
	for (size_t len = 0; len <= recording.len; len++)
		check_prefix(&recording, len, 0);
}

static void test_unaligned_starts(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer recording = IW_BUFFER_INIT;

	make_recorded(&recording);
	for (size_t offset = 1; offset < 16; offset++) {
		check_prefix(&recording, recording.len, offset);
		check_prefix(&recording, recording.len - 1, offset);
		check_prefix(&recording, HEADER_LEN - 1, offset);
	}
}

/* A name that fills its bytes has no NUL; the kernel makes none, a decoder may meet it.
 */
static void test_name_without_nul(void **state)
{
	const struct inotify_event header = {.wd = 3, .mask = IN_CREATE, .len = 5};
	char *bytes = malloc(HEADER_LEN + 5);
	struct iw_raw_event event;
	struct iw_decoder decoder;

	assert_non_null(bytes);
	memcpy(bytes, &header, HEADER_LEN);
	memcpy(bytes + HEADER_LEN, "abcde", 5);
	iw_decoder_init(&decoder, bytes, HEADER_LEN + 5);
	assert_int_equal(iw_decoder_next(&decoder, &event), 1);
	assert_int_equal(event.len, 5);
	assert_int_equal(event.name_len, 5);
	assert_memory_equal(event.name, "abcde", 5);
	assert_int_equal(iw_decoder_next(&decoder, &event), 0);
	free(bytes);
}

/* A length close to 2^32 must neither wrap around nor be believed. */
static void test_enormous_length(void **state)
{
	static const uint32_t lengths[] = {17,         0x7fffffff, 0x80000000,
					   0xfffffff0, 0xfffffff1, 0xffffffff};

	for (size_t i = 0; i < IW_ARRAY_LEN(lengths); i++) {
		const struct inotify_event header = {
			.wd = 1, .mask = IN_CREATE, .len = lengths[i]};
		char bytes[sizeof(header) + 16] = {0};
		struct iw_raw_event event = {.wd = 4711};
		struct iw_decoder decoder;

		memcpy(bytes, &header, sizeof(header));
		iw_decoder_init(&decoder, bytes, sizeof(bytes));
		assert_int_equal(iw_decoder_next(&decoder, &event), -EBADMSG);
		assert_int_equal(iw_decoder_next(&decoder, &event), -EBADMSG);
		assert_int_equal(event.wd, 4711);
	}
}

/* xorshift64: the same numbers on every machine. */
static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Whatever the bytes are: events follow each other without a gap, inside the bytes. */
static void check_invariants(const char *bytes, size_t len)
{
	struct iw_raw_event event;
	struct iw_decoder decoder;
	const char *next = bytes;
	int r;

	iw_decoder_init(&decoder, bytes, len);
	while ((r = iw_decoder_next(&decoder, &event)) == 1) {
		assert_ptr_equal(event.name, next + HEADER_LEN);
		assert_true(event.len <= len);
		next = event.name + event.len;
		assert_true(next <= bytes + len);
		assert_true(event.name_len <= event.len);
		assert_null(memchr(event.name, '\0', event.name_len));
		if (event.name_len < event.len)
			assert_int_equal(event.name[event.name_len], '\0');
	}
	if (r == 0)
		assert_ptr_equal(next, bytes + len);
	else
		assert_int_equal(r, -EBADMSG);
}

static void test_random_corruption(void **state)
{
	IW_AUTO_BUFFER struct iw_buffer recording = IW_BUFFER_INIT;
	uint64_t seed = 0x1a07a7c4;

	make_recorded(&recording);
	IW_AUTO_FREE char *copy = malloc(recording.len);
	assert_non_null(copy);
	for (int round = 0; round < 20000; round++) {
		const size_t cut = next_random(&seed) % 64;
		const size_t len = recording.len - cut;
		const uint64_t changes = 1 + next_random(&seed) % 8;

		/* At the end of the allocation, so that reading past it is seen. */
		char *bytes = copy + cut;
		memcpy(bytes, recording.data, len);
		for (uint64_t i = 0; i < changes; i++)
			bytes[next_random(&seed) % len] = (char)next_random(&seed);
		check_invariants(bytes, len);
	}
}

static void test_random_bytes(void **state)
{
	uint64_t seed = 42;

	for (int round = 0; round < 20000; round++) {
		const size_t len = 1 + next_random(&seed) % 128;
		IW_AUTO_FREE char *bytes = malloc(len);

		assert_non_null(bytes);
		/* Mostly zeros, so that lengths are often small enough to be taken. */
		for (size_t i = 0; i < len; i++)
			bytes[i] = next_random(&seed) % 8 ? 0 : (char)next_random(&seed);
		check_invariants(bytes, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_recording),
		cmocka_unit_test(test_nothing_is_the_end),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_unaligned_starts),
		cmocka_unit_test(test_name_without_nul),
		cmocka_unit_test(test_enormous_length),
		cmocka_unit_test(test_random_corruption),
		cmocka_unit_test(test_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
