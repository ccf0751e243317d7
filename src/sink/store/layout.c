/* SPDX-License-Identifier: MIT */
#include "sink/store/layout.h"

#include <stdio.h>
#include <time.h>

static const int64_t NS_PER_S = 1000000000;
/* A digit is any digit, all else is itself. */
static const char TIME_FORM[] = "00000000T000000.000000000Z";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void iw_layout_format_time(int64_t time_ns, char ret_text[IW_LAYOUT_TIME_LEN + 1])
{
	int64_t billionths = time_ns % NS_PER_S;
	time_t seconds = (time_t)(time_ns / NS_PER_S);
	struct tm utc = {0};
	char text[64];

	if (billionths < 0) {
		billionths += NS_PER_S;
		seconds--;
	}
	/* What fits into 64 bits of nanoseconds has a year of four digits. */
	gmtime_r(&seconds, &utc);
	snprintf(text, sizeof(text), "%04d%02d%02dT%02d%02d%02d.%09dZ",
		 utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
		 utc.tm_sec, (int)billionths);
	memcpy(ret_text, text, IW_LAYOUT_TIME_LEN);
	ret_text[IW_LAYOUT_TIME_LEN] = '\0';
}

/* Does it look like a time, whether or not there is such a day? */
static bool has_time_form(const char *text, size_t len)
{
	if (len != IW_LAYOUT_TIME_LEN)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (TIME_FORM[i] == '0' ? !is_digit(text[i]) : text[i] != TIME_FORM[i])
			return false;
	}
	return true;
}

static int number(const char *digits, size_t len)
{
	int value = 0;

	for (size_t i = 0; i < len; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

int iw_layout_parse_time(const char *text, size_t len, int64_t *ret_time_ns)
{
	char again[IW_LAYOUT_TIME_LEN + 1];
	int64_t time_ns;

	if (!has_time_form(text, len))
		return -EINVAL;
	struct tm utc = {
		.tm_year = number(text, 4) - 1900,
		.tm_mon = number(text + 4, 2) - 1,
		.tm_mday = number(text + 6, 2),
		.tm_hour = number(text + 9, 2),
		.tm_min = number(text + 11, 2),
		.tm_sec = number(text + 13, 2),
	};
	const int64_t seconds = timegm(&utc);
	if (__builtin_mul_overflow(seconds, NS_PER_S, &time_ns) ||
	    __builtin_add_overflow(time_ns, number(text + 16, 9), &time_ns))
		return -EINVAL;
	/* timegm() takes month 13 for the next January. */
	iw_layout_format_time(time_ns, again);
	if (memcmp(text, again, IW_LAYOUT_TIME_LEN) != 0)
		return -EINVAL;
	*ret_time_ns = time_ns;
	return 0;
}

void iw_layout_format_version(const struct iw_layout_version *version,
			      char ret_name[IW_LAYOUT_VERSION_LEN + 1])
{
	iw_layout_format_time(version->time_ns, ret_name);
	if (version->is_deleted)
		memcpy(ret_name + IW_LAYOUT_TIME_LEN, IW_LAYOUT_DELETED,
		       sizeof(IW_LAYOUT_DELETED));
}

/* The length without ".deleted", if it is the end of a name long enough to have one. */
static size_t len_without_suffix(const char *name, size_t len)
{
	static const size_t suffix_len = sizeof(IW_LAYOUT_DELETED) - 1;

	if (len > suffix_len &&
	    memcmp(name + len - suffix_len, IW_LAYOUT_DELETED, suffix_len) == 0)
		return len - suffix_len;
	return len;
}

int iw_layout_parse_version(const char *name, size_t len,
			    struct iw_layout_version *ret_version)
{
	const size_t time_len = len_without_suffix(name, len);
	int64_t time_ns;

	int r = iw_layout_parse_time(name, time_len, &time_ns);
	if (r < 0)
		return r;
	*ret_version = (struct iw_layout_version){.time_ns = time_ns,
						  .is_deleted = time_len < len};
	return 0;
}

/* Would the name, less its "=", be taken for a version? */
static bool needs_sign(const char *name, size_t len)
{
	for (; len > 0 && *name == '='; len--)
		name++;
	return has_time_form(name, len_without_suffix(name, len));
}

static bool is_name(const char *name, size_t len)
{
	if (len == 0 || len > IW_LAYOUT_NAME_MAX)
		return false;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return false;
	return !memchr(name, '/', len) && !memchr(name, '\0', len);
}

int iw_layout_append_name(struct iw_buffer *buffer, const char *name, size_t len)
{
	if (!is_name(name, len))
		return -EINVAL;
	if (!needs_sign(name, len))
		return iw_buffer_append(buffer, name, len);
	if (len == IW_LAYOUT_NAME_MAX)
		return -ENAMETOOLONG;
	int r = iw_buffer_reserve(buffer, len + 1);
	if (r == 0)
		r = iw_buffer_append_char(buffer, '=');
	return r < 0 ? r : iw_buffer_append(buffer, name, len);
}

int iw_layout_append_source_name(struct iw_buffer *buffer, const char *name, size_t len)
{
	if (!is_name(name, len))
		return -EINVAL;
	if (!needs_sign(name, len))
		return iw_buffer_append(buffer, name, len);
	if (name[0] != '=')
		return -EINVAL;
	return iw_buffer_append(buffer, name + 1, len - 1);
}

/* Appends the components of path behind start, at which the root begins. */
static int append_components(struct iw_buffer *buffer, size_t start, const char *path)
{
	while (*path) {
		const size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0) {
			while (buffer->len > start && buffer->data[--buffer->len] != '/')
				continue;
		} else if (len > 0 && !(len == 1 && *path == '.')) {
			int r = iw_buffer_append_char(buffer, '/');
			if (r == 0)
				r = iw_buffer_append(buffer, path, len);
			if (r < 0)
				return r;
		}
		path += len;
		path += *path == '/';
	}
	return 0;
}

int iw_layout_append_absolute(struct iw_buffer *buffer, const char *cwd, const char *path)
{
	const size_t start = buffer->len;
	int r = 0;

	if (*path != '/') {
		if (*cwd != '/')
			return -EINVAL;
		r = append_components(buffer, start, cwd);
	}
	if (r == 0)
		r = append_components(buffer, start, path);
	if (r == 0 && buffer->len == start)
		r = iw_buffer_append_char(buffer, '/');
	if (r == 0)
		r = iw_buffer_terminate(buffer);
	if (r < 0)
		buffer->len = start;
	return r;
}

int iw_layout_append_place(struct iw_buffer *buffer, const char *folder,
			   const char *absolute)
{
	const size_t start = buffer->len;

	if (*absolute != '/')
		return -EINVAL;
	int r = iw_buffer_append_str(buffer, folder);
	absolute++;
	while (r == 0 && *absolute) {
		const size_t len = strcspn(absolute, "/");

		r = iw_buffer_append_char(buffer, '/');
		if (r == 0)
			r = iw_layout_append_name(buffer, absolute, len);
		absolute += len;
		absolute += *absolute == '/';
	}
	if (r == 0)
		r = iw_buffer_terminate(buffer);
	if (r < 0)
		buffer->len = start;
	return r;
}
