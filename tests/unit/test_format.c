/* SPDX-License-Identifier: MIT */
#include "core/format.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "text_support.h"

static const struct iw_style raw = {0};

static int append_time(void *context, int64_t time_ns, struct iw_buffer *buffer)
{
	return iw_buffer_printf(buffer, "%s%lld", (const char *)context,
				(long long)time_ns);
}

static const struct iw_time_printer printer = {append_time, "T"};

/* inotifywait's CLOSE_NOWRITE,CLOSE of a directory d for its file f. */
static struct iw_record make_record(char *bytes)
{
	return (struct iw_record){
		.event = IW_CLOSE_NOWRITE,
		.mask = IN_CLOSE_NOWRITE,
		.cookie = 0x12ab,
		.time_ns = 42,
		.path = make_path(bytes, "d/", "f", 1),
	};
}

static void print_bytes(const char *template, size_t len, const struct iw_record *record,
			const struct iw_style *style, struct iw_buffer *buffer)
{
	struct iw_format *format;

	assert_int_equal(iw_format_new(template, len, &format), 0);
	assert_int_equal(iw_format_append(format, record, style, &printer, buffer), 0);
	iw_format_free(format);
}

static void print(const char *template, const struct iw_record *record,
		  const struct iw_style *style, struct iw_buffer *buffer)
{
	print_bytes(template, strlen(template), record, style, buffer);
}

static void assert_print(const char *template, size_t len, const char *wanted,
			 size_t wanted_len)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[8];
	struct iw_record record = make_record(bytes);

	print_bytes(template, len, &record, &raw, &buffer);
	assert_buffer(&buffer, wanted, wanted_len);
}

#define ASSERT_PRINT(template, wanted) \
	assert_print(template, sizeof(template) - 1, wanted, sizeof(wanted) - 1)

static void prints_each_directive(void **state IW_UNUSED)
{
	ASSERT_PRINT(IW_FORMAT_DEFAULT, "d/ CLOSE_NOWRITE,CLOSE f");
	ASSERT_PRINT("%w", "d/");
	ASSERT_PRINT("%f", "f");
	ASSERT_PRINT("%e", "CLOSE_NOWRITE,CLOSE");
	ASSERT_PRINT("%T", "T42");
	ASSERT_PRINT("%c", "12ab");
	ASSERT_PRINT("%o", "");
	ASSERT_PRINT("%0", "\0");
	ASSERT_PRINT("%n", "\n");
	ASSERT_PRINT("%%", "%");
	ASSERT_PRINT("", "");
	ASSERT_PRINT("no directive \\n", "no directive \\n");
	ASSERT_PRINT("a\0b%f\0", "a\0bf\0");
}

/* Each line was compared with inotifywait 3.22.6; all but %oe, which is ours. */
static void takes_corner_cases_as_inotifywait_does(void **state IW_UNUSED)
{
	ASSERT_PRINT("%we", "d/e");
	ASSERT_PRINT("%fe", "fe");
	ASSERT_PRINT("%T"
		     "e",
		     "T42e");
	ASSERT_PRINT("%ce", "12abe");
	ASSERT_PRINT("%0e", "\0e");
	ASSERT_PRINT("%ne", "\ne");
	ASSERT_PRINT("%%e", "%e");
	ASSERT_PRINT("%ee", "CLOSE_NOWRITE,CLOSEe");
	ASSERT_PRINT("%oe", "e");
	ASSERT_PRINT("%ze", "CLOSE_NOWRITEzCLOSE");
	ASSERT_PRINT("%z", "%z");
	ASSERT_PRINT("%_", "%_");
	ASSERT_PRINT("a%", "a%");
	ASSERT_PRINT("%", "%");
	ASSERT_PRINT("%e%", "CLOSE_NOWRITE,CLOSE%");
	ASSERT_PRINT("%%%", "%%");
	ASSERT_PRINT("%%%e", "%CLOSE_NOWRITE,CLOSE");
	ASSERT_PRINT("%,", "%,");
	ASSERT_PRINT("%,,e", "%,,e");
	ASSERT_PRINT("%:%we", "%:d/e");
	ASSERT_PRINT("%_%e", "%_CLOSE_NOWRITE,CLOSE");
	ASSERT_PRINT("%z%e", "%zCLOSE_NOWRITE,CLOSE");
	ASSERT_PRINT("%we%:e", "d/eCLOSE_NOWRITE:CLOSE");
	ASSERT_PRINT("%-e%+e", "CLOSE_NOWRITE-CLOSECLOSE_NOWRITE+CLOSE");
	ASSERT_PRINT("%\xc3\xa9"
		     "e",
		     "%\xc3\xa9"
		     "e");
	ASSERT_PRINT("%w|%f|%e|%:e|%c|%%|%z|%_e|%0|",
		     "d/|f|CLOSE_NOWRITE,CLOSE|CLOSE_NOWRITE:CLOSE|12ab|%|%z|"
		     "CLOSE_NOWRITE_CLOSE|\0|");
}

static void joins_by_every_byte(void **state IW_UNUSED)
{
	for (int value = 0; value < 256; value++) {
		const char template[] = {'%', (char)value, 'e'};
		char wanted[] = "CLOSE_NOWRITE?CLOSE";

		if (value && strchr("wfeTco0n%", value))
			continue;
		wanted[strlen("CLOSE_NOWRITE")] = (char)value;
		assert_print(template, 3, wanted, sizeof(wanted) - 1);
	}
}

static void keeps_every_unknown_letter(void **state IW_UNUSED)
{
	for (int value = 0; value < 256; value++) {
		const char template[] = {'<', '%', (char)value, '>'};

		if (value && strchr("wfeTco0n%", value))
			continue;
		assert_print(template, 4, template, 4);
	}
}

static void prints_cookies_as_short_hex(void **state IW_UNUSED)
{
	static const struct {
		uint32_t cookie;
		const char *wanted;
	} examples[] = {{0, "0"}, {15, "f"}, {16, "10"}, {UINT32_MAX, "ffffffff"}};

	for (size_t i = 0; i < IW_ARRAY_LEN(examples); i++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
		char bytes[8];
		struct iw_record record = make_record(bytes);

		record.cookie = examples[i].cookie;
		print("%c", &record, &raw, &buffer);
		assert_buffer(&buffer, examples[i].wanted, strlen(examples[i].wanted));
	}
}

static void tells_whether_there_is_a_time(void **state IW_UNUSED)
{
	static const struct {
		const char *template;
		bool has_time;
	} examples[] = {{"%w", false},
			{"%T", true},
			{"a %T"
			 "e",
			 true},
			{"%%T", false},
			{"%", false},
			{"%zT", false}};

	for (size_t i = 0; i < IW_ARRAY_LEN(examples); i++) {
		struct iw_format *format;
		const char *template = examples[i].template;

		assert_int_equal(iw_format_new(template, strlen(template), &format), 0);
		assert_int_equal(iw_format_has_time(format), examples[i].has_time);
		iw_format_free(format);
	}
}

static void limits_the_length(void **state IW_UNUSED)
{
	char template[IW_FORMAT_MAX_LEN + 1];
	struct iw_format *format = NULL;

	memset(template, '%', sizeof(template));
	assert_int_equal(iw_format_new(template, sizeof(template), &format), -E2BIG);
	assert_null(format);
	for (size_t i = 1; i < sizeof(template); i += 2)
		template[i] = 'f';
	assert_int_equal(iw_format_new(template, IW_FORMAT_MAX_LEN, &format), 0);

	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[8];
	struct iw_record record = make_record(bytes);
	assert_int_equal(iw_format_append(format, &record, &raw, NULL, &buffer), 0);
	assert_int_equal(buffer.len, IW_FORMAT_MAX_LEN / 2);
	iw_format_free(format);
}

static void owns_its_template(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char template[] = "<%f>", bytes[8];
	struct iw_record record = make_record(bytes);
	struct iw_format *format;

	assert_int_equal(iw_format_new(template, 4, &format), 0);
	memset(template, 'x', sizeof(template));
	assert_int_equal(iw_format_append(format, &record, &raw, NULL, &buffer), 0);
	assert_text(&buffer, "<f>");
	iw_format_free(format);
}

static void assert_event(enum iw_event event, uint32_t mask, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[8], from[16];
	struct iw_record record = make_record(bytes);

	record.event = event;
	record.mask = mask;
	record.from = make_path(from, "d/s/", "old", 3);
	print("%o %w %+e %f", &record, &raw, &buffer);
	assert_buffer(&buffer, wanted, strlen(wanted));
}

static void prints_each_kind_of_record(void **state IW_UNUSED)
{
	assert_event(IW_MOVE, IN_MOVED_TO, "d/s/old d/ MOVED f");
	assert_event(IW_MOVE, IN_MOVED_FROM | IN_MOVED_TO | IN_ISDIR,
		     "d/s/old d/ MOVED+ISDIR f");
	assert_event(IW_EXCHANGE, IN_MOVED_TO, "d/s/old d/ EXCHANGED f");
	assert_event(IW_EXCHANGE, IN_MOVED_TO | IN_ISDIR, "d/s/old d/ EXCHANGED+ISDIR f");
	assert_event(IW_MOVED_IN, IN_MOVED_TO | IN_ISDIR, "d/s/old d/ MOVED_TO+ISDIR f");
	assert_event(IW_FOUND, IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE,
		     "d/s/old d/ MODIFY+CLOSE_WRITE+CREATE+CLOSE f");
	assert_event(IW_UNMOUNT, IN_UNMOUNT, "d/s/old d/ UNMOUNT f");
	assert_event(IW_OVERFLOW, IN_Q_OVERFLOW, "d/s/old  Q_OVERFLOW ");
	assert_event(IW_RESYNC, 0, "");
	assert_event(IW_SYNCED, 0, "");
	assert_event(IW_LOST, 0, "");
	assert_event(IW_READY, 0, "");
}

static void prints_paths_without_names(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	struct iw_record record = {.event = IW_OVERFLOW, .mask = IN_Q_OVERFLOW};
	char bytes[8];

	print(IW_FORMAT_DEFAULT, &record, &raw, &buffer);
	assert_text(&buffer, " Q_OVERFLOW ");

	iw_buffer_clear(&buffer);
	record = make_record(bytes);
	record.path = make_path(bytes, "d//", "", 0);
	print(IW_FORMAT_DEFAULT, &record, &raw, &buffer);
	assert_text(&buffer, "d// CLOSE_NOWRITE,CLOSE ");

	iw_buffer_clear(&buffer);
	record.path = (struct iw_path){0};
	print(IW_FORMAT_DEFAULT, &record, &(struct iw_style){true, true}, &buffer);
	assert_text(&buffer, " \033[2mCLOSE_NOWRITE,CLOSE\033[0m ");
}

/* A forged second line: raw for pipes as inotifywait, one line for terminals. */
static void escapes_names_but_not_the_template(void **state IW_UNUSED)
{
	static const char forged[] = "a\n./ DELETE b\033[31m";
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[64], from[64];
	struct iw_record record = make_record(bytes);

	record.path = make_path(bytes, "d\n/", forged, sizeof(forged) - 1);
	record.from = make_path(from, "d\t/", "\xff", 1);
	print("\t%w%f %o\\\n", &record, &(struct iw_style){.escape = true}, &buffer);
	assert_text(&buffer, "\td\\n/a\\n./ DELETE b\\e[31m d\\t/\\xff\\\n");

	iw_buffer_clear(&buffer);
	print("%w%f %o", &record, &raw, &buffer);
	assert_text(&buffer, "d\n/a\n./ DELETE b\033[31m d\t/\xff");
}

static void assert_color(enum iw_event event, uint32_t mask, const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[8];
	struct iw_record record = make_record(bytes);

	record.event = event;
	record.mask = mask;
	print("%e", &record, &(struct iw_style){.color = true}, &buffer);
	assert_buffer(&buffer, wanted, strlen(wanted));
}

static void colors_events_by_kind(void **state IW_UNUSED)
{
	assert_color(IW_CREATE, IN_CREATE | IN_ISDIR, "\033[32mCREATE,ISDIR\033[0m");
	assert_color(IW_MOVED_IN, IN_MOVED_TO, "\033[32mMOVED_TO\033[0m");
	assert_color(IW_FOUND, IN_CREATE, "\033[32mCREATE\033[0m");
	assert_color(IW_DELETE, IN_DELETE, "\033[31mDELETE\033[0m");
	assert_color(IW_MOVED_OUT, IN_MOVED_FROM, "\033[31mMOVED_FROM\033[0m");
	assert_color(IW_DELETE_SELF, IN_DELETE_SELF, "\033[31mDELETE_SELF\033[0m");
	assert_color(IW_MODIFY, IN_MODIFY, "\033[33mMODIFY\033[0m");
	assert_color(IW_CLOSE_WRITE, IN_CLOSE_WRITE, "\033[33mCLOSE_WRITE,CLOSE\033[0m");
	assert_color(IW_MOVE, IN_MOVED_TO, "\033[36mMOVED\033[0m");
	assert_color(IW_EXCHANGE, IN_MOVED_TO, "\033[36mEXCHANGED\033[0m");
	assert_color(IW_ATTRIB, IN_ATTRIB, "\033[34mATTRIB\033[0m");
	assert_color(IW_OPEN, IN_OPEN, "\033[2mOPEN\033[0m");
	assert_color(IW_ACCESS, IN_ACCESS, "\033[2mACCESS\033[0m");
	assert_color(IW_UNMOUNT, IN_UNMOUNT, "UNMOUNT");
	assert_color(IW_OVERFLOW, IN_Q_OVERFLOW, "Q_OVERFLOW");
}

static void colors_leave_names_harmless(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[64];
	struct iw_record record = make_record(bytes);

	record.path = make_path(bytes, "d\033[5m/", "f\033[5m", 5);
	print(IW_FORMAT_DEFAULT, &record, &(struct iw_style){true, true}, &buffer);
	assert_text(&buffer, "\033[2md\\e[5m/\033[0m "
			     "\033[2mCLOSE_NOWRITE,CLOSE\033[0m f\\e[5m");
}

static void random_names_never_break_the_line(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	uint64_t seed = 5;

	for (int round = 0; round < 5000; round++) {
		char name[64], bytes[80], from[80];
		struct iw_record record = make_record(bytes);
		size_t len = random_name(&seed, name, sizeof(name));

		record.path = make_path(bytes, "d/", name, len);
		record.from = make_path(from, "d/", name, len);
		iw_buffer_clear(&buffer);
		print("%w %e %f %o", &record, &(struct iw_style){.escape = true},
		      &buffer);
		assert_int_equal(find_harm(buffer.data, buffer.len), -1);

		iw_buffer_clear(&buffer);
		print("%w%f", &record, &raw, &buffer);
		assert_buffer(&buffer, bytes, len + 2);
	}
}

static int fail_time(void *context IW_UNUSED, int64_t time_ns IW_UNUSED,
		     struct iw_buffer *buffer)
{
	return iw_buffer_append_str(buffer, "half a time") ?: -ENOMEM;
}

static void restores_the_buffer_on_failure(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	const struct iw_time_printer failing = {fail_time, NULL};
	char bytes[8];
	struct iw_record record = make_record(bytes);
	struct iw_format *format;

	assert_int_equal(iw_buffer_append_str(&buffer, "before"), 0);
	assert_int_equal(iw_format_new("%w %T", 5, &format), 0);
	assert_int_equal(iw_format_append(format, &record, &raw, &failing, &buffer),
			 -ENOMEM);
	assert_text(&buffer, "before");
	iw_format_free(format);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_each_directive),
		cmocka_unit_test(takes_corner_cases_as_inotifywait_does),
		cmocka_unit_test(joins_by_every_byte),
		cmocka_unit_test(keeps_every_unknown_letter),
		cmocka_unit_test(prints_cookies_as_short_hex),
		cmocka_unit_test(tells_whether_there_is_a_time),
		cmocka_unit_test(limits_the_length),
		cmocka_unit_test(owns_its_template),
		cmocka_unit_test(prints_each_kind_of_record),
		cmocka_unit_test(prints_paths_without_names),
		cmocka_unit_test(escapes_names_but_not_the_template),
		cmocka_unit_test(colors_events_by_kind),
		cmocka_unit_test(colors_leave_names_harmless),
		cmocka_unit_test(random_names_never_break_the_line),
		cmocka_unit_test(restores_the_buffer_on_failure),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
