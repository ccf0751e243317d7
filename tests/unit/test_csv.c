/* SPDX-License-Identifier: MIT */
#include "core/csv.h"

#include <sys/inotify.h>

#include "text_support.h"

static void print(enum iw_event event, uint32_t mask, const struct iw_path *path,
		  bool escape, struct iw_buffer *buffer)
{
	const struct iw_record record = {.event = event, .mask = mask, .path = *path};

	struct iw_event_names names;

	assert_int_equal(iw_event_names_init(&names, ','), 0);
	assert_int_equal(iw_csv_append(&record, &names, escape, buffer), 0);
}

static void assert_csv(const char *watched, const char *name, bool escape,
		       const char *wanted)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	char bytes[64];
	struct iw_path path = make_path(bytes, watched, name, strlen(name));

	print(IW_CREATE, IN_CREATE, &path, escape, &buffer);
	assert_buffer(&buffer, wanted, strlen(wanted));
}

/* Compared with inotifywait 3.22.6, all but the carriage return, which it leaves bare. */
static void quotes_only_what_needs_it(void **state IW_UNUSED)
{
	assert_csv("d/", "f", false, "d/,CREATE,f");
	assert_csv("d/f", "", false, "d/f,CREATE,");
	assert_csv("d/", "a,b", false, "d/,CREATE,\"a,b\"");
	assert_csv("d/", "a\"b", false, "d/,CREATE,\"a\"\"b\"");
	assert_csv("d/", "\"", false, "d/,CREATE,\"\"\"\"");
	assert_csv("d/", " x", false, "d/,CREATE,\" x\"");
	assert_csv("d/", "x ", false, "d/,CREATE,\"x \"");
	assert_csv("d/", " ", false, "d/,CREATE,\" \"");
	assert_csv("d/", "a b", false, "d/,CREATE,a b");
	assert_csv("d/", "a\nb", false, "d/,CREATE,\"a\nb\"");
	assert_csv("d/", "a\rb", false, "d/,CREATE,\"a\rb\"");
	assert_csv("d/", "\tx\t", false, "d/,CREATE,\tx\t");
	assert_csv("\"d,\"/", "f", false, "\"\"\"d,\"\"/\",CREATE,f");
	assert_csv("d/", "\xff\\", false, "d/,CREATE,\xff\\");
}

static void escapes_before_it_quotes(void **state IW_UNUSED)
{
	assert_csv("d\033/", "a\n./,DELETE,b", true, "d\\e/,CREATE,\"a\\n./,DELETE,b\"");
	assert_csv("d/", "a\nb", true, "d/,CREATE,a\\nb");
	assert_csv("d/", "\xff\\", true, "d/,CREATE,\\xff\\\\");
}

static void prints_each_kind_of_record(void **state IW_UNUSED)
{
	static const struct {
		enum iw_event event;
		uint32_t mask;
		const char *wanted;
	} examples[] = {
		{IW_OPEN, IN_OPEN | IN_ISDIR, "d/,\"OPEN,ISDIR\",f"},
		{IW_CLOSE_WRITE, IN_CLOSE_WRITE, "d/,\"CLOSE_WRITE,CLOSE\",f"},
		{IW_MOVE, IN_MOVED_TO, "d/,MOVED,f"},
		{IW_MOVE, IN_MOVED_TO | IN_ISDIR, "d/,\"MOVED,ISDIR\",f"},
		{IW_EXCHANGE, IN_MOVED_TO, "d/,EXCHANGED,f"},
		{IW_UNMOUNT, IN_UNMOUNT, "d/,UNMOUNT,f"},
		{IW_OVERFLOW, IN_Q_OVERFLOW, ",Q_OVERFLOW,"},
		{IW_RESYNC, 0, ""},
		{IW_SYNCED, 0, ""},
		{IW_LOST, 0, ""},
		{IW_READY, 0, ""},
	};
	char bytes[8];
	struct iw_path path = make_path(bytes, "d/", "f", 1);

	for (size_t i = 0; i < IW_ARRAY_LEN(examples); i++) {
		IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

		print(examples[i].event, examples[i].mask, &path, false, &buffer);
		assert_buffer(&buffer, examples[i].wanted, strlen(examples[i].wanted));
	}
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	print(IW_OVERFLOW, IN_Q_OVERFLOW, &(struct iw_path){0}, true, &buffer);
	assert_text(&buffer, ",Q_OVERFLOW,");
}

/* Reads one field as RFC 4180 has it; returns where the next begins. */
static size_t read_field(const char *text, size_t len, char *to, size_t *ret_len)
{
	size_t pos = 0, to_len = 0;
	const bool is_quoted = len > 0 && text[0] == '"';

	if (is_quoted)
		pos++;
	for (; pos < len; pos++) {
		if (is_quoted && text[pos] == '"') {
			pos++;
			if (pos == len || text[pos] != '"')
				break;
		} else if (!is_quoted && text[pos] == ',') {
			break;
		}
		assert_true(is_quoted ||
			    (text[pos] != '"' && text[pos] != '\n' && text[pos] != '\r'));
		to[to_len++] = text[pos];
	}
	assert_true(pos == len || text[pos] == ',');
	*ret_len = to_len;
	return pos + 1;
}

static void random_names_come_back(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;
	uint64_t seed = 7;

	for (int round = 0; round < 20000; round++) {
		char name[64], bytes[80], field[256];
		size_t len = random_name(&seed, name, sizeof(name)), pos, field_len;
		struct iw_path path = make_path(bytes, "d/", name, len);

		iw_buffer_clear(&buffer);
		print(IW_OPEN, IN_OPEN | IN_ISDIR, &path, false, &buffer);
		pos = read_field(buffer.data, buffer.len, field, &field_len);
		assert_int_equal(field_len, 2);
		assert_memory_equal(field, "d/", 2);
		pos += read_field(buffer.data + pos, buffer.len - pos, field, &field_len);
		assert_int_equal(field_len, 10);
		assert_memory_equal(field, "OPEN,ISDIR", 10);
		pos += read_field(buffer.data + pos, buffer.len - pos, field, &field_len);
		assert_int_equal(pos, buffer.len + 1);
		assert_int_equal(field_len, len);
		assert_memory_equal(field, name, len);

		iw_buffer_clear(&buffer);
		print(IW_OPEN, IN_OPEN, &path, true, &buffer);
		assert_int_equal(find_harm(buffer.data, buffer.len), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_only_what_needs_it),
		cmocka_unit_test(escapes_before_it_quotes),
		cmocka_unit_test(prints_each_kind_of_record),
		cmocka_unit_test(random_names_come_back),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
