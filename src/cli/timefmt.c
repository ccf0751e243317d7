/* SPDX-License-Identifier: MIT */
#include "cli/timefmt.h"

#include <stdio.h>
#include <time.h>

/* The digits of %3N, %6N, %9N; 0 if format does not begin with one of them. */
static int fraction_digits(const char *format)
{
	if (format[0] != '%' || !format[1] || format[2] != 'N' ||
	    !strchr("369", format[1]))
		return 0;
	return format[1] - '0';
}

/* Writes the fractions into the format, as digits that strftime leaves alone. */
static int expand_fractions(const char *format, long ns, struct iw_buffer *expanded)
{
	for (; *format; format++) {
		const int digits = fraction_digits(format);
		char text[16];
		int r;

		if (digits) {
			snprintf(text, sizeof(text), "%09ld", ns);
			r = iw_buffer_append(expanded, text, (size_t)digits);
			format += 2;
		} else if (format[0] == '%' && format[1]) {
			r = iw_buffer_append(expanded, format, 2); /* also "%%" */
			format++;
		} else {
			r = iw_buffer_append_char(expanded, *format);
		}
		if (r < 0)
			return r;
	}
	return iw_buffer_terminate(expanded);
}

int iw_timefmt_append(void *context, int64_t time_ns, struct iw_buffer *buffer)
{
	const struct iw_timefmt *timefmt = context;
	IW_AUTO_BUFFER struct iw_buffer expanded = IW_BUFFER_INIT;
	const time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm local;

	int r = expand_fractions(timefmt->format, (long)(time_ns % 1000000000),
				 &expanded);
	if (r == 0)
		r = iw_buffer_reserve(buffer, IW_TIMEFMT_MAX_LEN);
	if (r < 0)
		return r;
	localtime_r(&seconds, &local);
	/* The format is the user's: that is what --timefmt is. */
	buffer->len += strftime(buffer->data + buffer->len, IW_TIMEFMT_MAX_LEN,
				expanded.data, &local);
	return 0;
}
