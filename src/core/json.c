/* SPDX-License-Identifier: MIT */
#include "core/json.h"

#include "base/base64.h"
#include "base/errname.h"
#include "core/text.h"

/* All keys, words and numbers of a record without its names fit in. */
enum { FIXED_LEN = 256 };

/* The shape that put_time() fills. */
#define EMPTY_TIME "0000-00-00T00:00:00.000000000Z"

/* One append for each piece of punctuation: they are most of what a record costs. */
#define APPEND(buffer, literal) iw_buffer_append(buffer, literal, sizeof(literal) - 1)

static const char hex_digits[] = "0123456789abcdef";

/* ASCII that a JSON string holds as it is. */
static const bool is_plain[256] = {
	[' ' ... '!'] = true,
	['#' ... '['] = true,
	[']' ... '~'] = true,
};

/* The length of the beginning that a JSON string holds as it is. */
static size_t plain_len(const char *bytes, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		uint32_t code_point;

		if (is_plain[(unsigned char)bytes[pos]]) {
			pos++;
			continue;
		}
		if ((unsigned char)bytes[pos] < 0x80)
			break;
		size_t char_len = iw_utf8_decode(bytes + pos, len - pos, &code_point);
		if (char_len == 0 || iw_text_is_harmful(code_point))
			break;
		pos += char_len;
	}
	return pos;
}

static int append_escape(struct iw_buffer *buffer, uint32_t code_point)
{
	static const char short_forms[256] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  ['\f'] = 'f',
		['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\',
	};

	if (code_point < sizeof(short_forms) && short_forms[code_point]) {
		const char two[] = {'\\', short_forms[code_point]};

		return iw_buffer_append(buffer, two, sizeof(two));
	}
	/* Whatever needs an escape lies below U+10000: there are no surrogate pairs. */
	const char six[] = {
		'\\',
		'u',
		hex_digits[code_point >> 12 & 15],
		hex_digits[code_point >> 8 & 15],
		hex_digits[code_point >> 4 & 15],
		hex_digits[code_point & 15],
	};
	return iw_buffer_append(buffer, six, sizeof(six));
}

static int append_string_body(struct iw_buffer *buffer, const char *bytes, size_t len,
			      bool *ret_is_lossless)
{
	bool is_lossless = true;
	size_t pos = 0;

	while (pos < len) {
		size_t run_len = plain_len(bytes + pos, len - pos);
		uint32_t code_point;

		int r = iw_buffer_append(buffer, bytes + pos, run_len);
		if (r < 0)
			return r;
		pos += run_len;
		if (pos == len)
			break;
		size_t char_len = iw_utf8_decode(bytes + pos, len - pos, &code_point);
		if (char_len > 0) {
			r = append_escape(buffer, code_point);
			pos += char_len;
		} else {
			r = iw_buffer_append(buffer, "\xef\xbf\xbd", 3); /* U+FFFD */
			is_lossless = false;
			pos++;
		}
		if (r < 0)
			return r;
	}
	*ret_is_lossless = is_lossless;
	return 0;
}

int iw_json_append_string(struct iw_buffer *buffer, const char *bytes, size_t len,
			  bool *ret_is_lossless)
{
	const size_t start = buffer->len;
	bool is_lossless = true;

	int r = iw_buffer_append_char(buffer, '"')
		?: append_string_body(buffer, bytes, len, &is_lossless)
		?: iw_buffer_append_char(buffer, '"');
	if (r < 0) {
		buffer->len = start;
		return r;
	}
	if (ret_is_lossless)
		*ret_is_lossless = is_lossless;
	return 0;
}

static void put_digits(char *to, size_t count, uint32_t number)
{
	while (count > 0) {
		to[--count] = (char)('0' + number % 10);
		number /= 10;
	}
}

/*
 * The Gregorian date of a day since 1970, by counting from 0000-03-01: the leap day then
 * ends a year, and lengths of months repeat every five (153 days). int64_t nanoseconds
 * reach from 1677 to 2262, so nothing here is negative. gmtime_r(3) would look at TZ.
 */
static void put_date(char *to, int64_t day_since_1970)
{
	const uint32_t days_to_1970 = 719468;
	uint32_t day = (uint32_t)(day_since_1970 + days_to_1970);

	const uint32_t century = (4 * day + 3) / 146097;
	day -= 146097 * century / 4;
	const uint32_t year_of_century = (4 * day + 3) / 1461;
	day -= 1461 * year_of_century / 4;
	const uint32_t month_from_march = (5 * day + 2) / 153;
	day -= (153 * month_from_march + 2) / 5;

	const bool is_next_year = month_from_march >= 10;
	put_digits(to, 4, 100 * century + year_of_century + is_next_year);
	put_digits(to + 5, 2, is_next_year ? month_from_march - 9 : month_from_march + 3);
	put_digits(to + 8, 2, day + 1);
}

static void put_time(char *to, int64_t time_ns)
{
	const int64_t second_ns = 1000000000;
	const int64_t day_s = 86400;

	/* Rounded towards the past, also before 1970. */
	const int64_t seconds = time_ns / second_ns - (time_ns % second_ns < 0);
	const int64_t day = seconds / day_s - (seconds % day_s < 0);
	const int64_t rest_ns = time_ns % second_ns;
	const uint32_t second_of_day = (uint32_t)(seconds - day * day_s);

	put_date(to, day);
	put_digits(to + 11, 2, second_of_day / 3600);
	put_digits(to + 14, 2, second_of_day / 60 % 60);
	put_digits(to + 17, 2, second_of_day % 60);
	put_digits(to + 20, 9, (uint32_t)(rest_ns < 0 ? rest_ns + second_ns : rest_ns));
}

int iw_json_append_time(struct iw_buffer *buffer, int64_t time_ns)
{
	char text[] = EMPTY_TIME;

	put_time(text, time_ns);
	return APPEND(buffer, text);
}

static int append_number(struct iw_buffer *buffer, int64_t number)
{
	char digits[20];
	size_t pos = sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do {
		digits[--pos] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		digits[--pos] = '-';
	return iw_buffer_append(buffer, digits + pos, sizeof(digits) - pos);
}

/* How a record's path is spelled: the keys with all punctuation. */
struct path_keys {
	const char *text; /* up to the value's quote */
	const char *b64;  /* up to the inside of the value's quotes */
};

int iw_json_append_bytes(struct iw_buffer *buffer, const char *b64_key, const char *bytes,
			 size_t len)
{
	bool is_lossless = true;

	int r = iw_json_append_string(buffer, bytes, len, &is_lossless);
	if (r < 0 || is_lossless)
		return r;
	return iw_buffer_append_str(buffer, b64_key)
		?: iw_base64_append(buffer, bytes, len)
		?: iw_buffer_append_char(buffer, '"');
}

/*
 * A plain path is put together right where it is needed; only one that needs escapes is
 * moved aside to be written anew.
 */
static int append_path(struct iw_buffer *buffer, const struct path_keys *keys,
		       const struct iw_path *path)
{
	IW_AUTO_BUFFER struct iw_buffer aside = IW_BUFFER_INIT;

	int r = iw_buffer_append_str(buffer, keys->text);
	if (r < 0)
		return r;
	const size_t quote = buffer->len;
	r = iw_buffer_append_char(buffer, '"') ?: iw_path_append_plain(buffer, path);
	if (r < 0)
		return r;

	const char *bytes = buffer->data + quote + 1;
	const size_t len = buffer->len - quote - 1;
	if (plain_len(bytes, len) == len)
		return iw_buffer_append_char(buffer, '"');
	r = iw_buffer_append(&aside, bytes, len);
	if (r < 0)
		return r;
	buffer->len = quote;
	return iw_json_append_bytes(buffer, keys->b64, aside.data, aside.len);
}

static int append_paths(struct iw_buffer *buffer, const struct iw_record *record)
{
	static const struct path_keys path_keys = {
		",\"path\":",
		",\"path_b64\":\"",
	};
	static const struct path_keys from_keys = {
		",\"from\":",
		",\"from_b64\":\"",
	};
	int r = 0;

	if (record->event == IW_OVERFLOW || record->event == IW_READY)
		return 0;
	if (record->path.bytes)
		r = append_path(buffer, &path_keys, &record->path);
	if (r == 0 && record->from.bytes)
		r = append_path(buffer, &from_keys, &record->from);
	return r;
}

/* What few records have: all that follows type. */
static int append_rest(struct iw_buffer *buffer, const struct iw_record *record)
{
	int r = 0;

	if (record->wd)
		r = APPEND(buffer, ",\"wd\":") ?: append_number(buffer, record->wd);
	if (r == 0 && record->cookie)
		r = APPEND(buffer, ",\"cookie\":")
			    ?: append_number(buffer, record->cookie);
	if (r == 0 && record->error)
		r = APPEND(buffer, ",\"error\":\"")
			?: iw_buffer_append_str(buffer, iw_errname(record->error))
			?: APPEND(buffer, "\"");
	if (r == 0 && record->message)
		r = APPEND(buffer, ",\"message\":")
			    ?: iw_json_append_string(buffer, record->message,
						     strlen(record->message), NULL);
	if (r == 0 && record->event == IW_READY)
		r = APPEND(buffer, ",\"version\":")
			    ?: append_number(buffer, IW_JSON_VERSION);
	return r;
}

static int append_type(struct iw_buffer *buffer, const struct iw_record *record)
{
	if (iw_event_is_control(record->event))
		return 0;
	if (iw_record_is_dir(record))
		return APPEND(buffer, ",\"type\":\"dir\"");
	return APPEND(buffer, ",\"type\":\"file\"");
}

static int append_record(struct iw_buffer *buffer, const struct iw_record *record)
{
	char head[] = "{\"time\":\"" EMPTY_TIME "\",\"event\":\"";

	put_time(head + strlen("{\"time\":\""), record->time_ns);
	return iw_buffer_reserve(buffer,
				 FIXED_LEN + record->path.len + record->from.len)
		?: APPEND(buffer, head)
		?: iw_buffer_append_str(buffer, iw_event_word(record->event))
		?: APPEND(buffer, "\"")
		?: append_paths(buffer, record)
		?: append_type(buffer, record)
		?: append_rest(buffer, record)
		?: APPEND(buffer, "}");
}

int iw_json_append(const struct iw_record *record, struct iw_buffer *buffer)
{
	const size_t start = buffer->len;
	int r = append_record(buffer, record);

	if (r < 0)
		buffer->len = start;
	return r;
}
