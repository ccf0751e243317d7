/* SPDX-License-Identifier: MIT */
#include "core/format.h"

#include <assert.h>
#include <errno.h>

#include "core/mask.h"
#include "core/text.h"

enum piece_kind {
	NOTHING,
	WATCHED, /* %w */
	NAME,    /* %f */
	EVENTS,  /* %e, %Xe */
	TIME,    /* %T */
	COOKIE,  /* %c */
	OLD,     /* %o */
};

/* A directive and the literal text behind it, %0 %n %% included. */
struct piece {
	enum piece_kind kind;
	char separator;   /* of EVENTS */
	const char *text; /* in the format's text */
	size_t len;
};

struct iw_format {
	bool has_time;
	size_t pieces_len;
	char *text; /* all literals, behind the pieces in the same allocation */
	size_t text_len;
	struct piece pieces[];
};

static const char dim[] = "\033[2m";
static const char reset[] = "\033[0m";

/* SGR of %e; NULL is the terminal's own colour. */
static const char *const event_colors[IW_EVENT_COUNT] = {
	[IW_ACCESS] = "\033[2m",        [IW_OPEN] = "\033[2m",
	[IW_CLOSE_NOWRITE] = "\033[2m", [IW_MODIFY] = "\033[33m",
	[IW_CLOSE_WRITE] = "\033[33m",  [IW_ATTRIB] = "\033[34m",
	[IW_CREATE] = "\033[32m",       [IW_MOVED_IN] = "\033[32m",
	[IW_FOUND] = "\033[32m",        [IW_DELETE] = "\033[31m",
	[IW_DELETE_SELF] = "\033[31m",  [IW_MOVED_OUT] = "\033[31m",
	[IW_MOVE] = "\033[36m",         [IW_EXCHANGE] = "\033[36m",
};

/* new reserved enough pieces and text for every template of this length. */
static void add_piece(struct iw_format *format, enum piece_kind kind, char separator)
{
	format->pieces[format->pieces_len++] = (struct piece){
		.kind = kind,
		.separator = separator,
	};
}

static void add_literal(struct iw_format *format, const char *bytes, size_t len)
{
	if (format->pieces_len == 0)
		add_piece(format, NOTHING, 0);
	struct piece *last = &format->pieces[format->pieces_len - 1];
	if (last->len == 0)
		last->text = format->text + format->text_len;
	memcpy(format->text + format->text_len, bytes, len);
	format->text_len += len;
	last->len += len;
}

/* Adds the directive of one letter, if it is one. */
static bool add_directive(struct iw_format *format, char letter)
{
	switch (letter) {
	case 'w':
		add_piece(format, WATCHED, 0);
		return true;
	case 'f':
		add_piece(format, NAME, 0);
		return true;
	case 'e':
		add_piece(format, EVENTS, ',');
		return true;
	case 'T':
		add_piece(format, TIME, 0);
		format->has_time = true;
		return true;
	case 'c':
		add_piece(format, COOKIE, 0);
		return true;
	case 'o':
		add_piece(format, OLD, 0);
		return true;
	case '0':
		add_literal(format, "\0", 1);
		return true;
	case 'n':
		add_literal(format, "\n", 1);
		return true;
	case '%':
		add_literal(format, "%", 1);
		return true;
	default:
		return false;
	}
}

/* Adds what text, which begins with "%", says first; returns how many bytes that were. */
static size_t add_percent(struct iw_format *format, const char *text, size_t len)
{
	/* A letter goes before a separator, as in inotifywait: "%we" is %w and "e". */
	if (len >= 2 && add_directive(format, text[1]))
		return 2;
	if (len >= 3 && text[2] == 'e') {
		add_piece(format, EVENTS, text[1]);
		return 3;
	}
	/* Unknown: the "%" stays, and what follows it is ordinary text. */
	add_literal(format, text, 1);
	return 1;
}

static size_t count_percents(const char *template, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += template[i] == '%';
	return count;
}

int iw_format_new(const char *template, size_t len, struct iw_format **ret_format)
{
	if (len > IW_FORMAT_MAX_LEN)
		return -E2BIG;

	/* Each "%" makes at most one piece, and what is before the first another. */
	size_t pieces_max = count_percents(template, len) + 1;
	struct iw_format *format =
		malloc(sizeof(*format) + pieces_max * sizeof(format->pieces[0]) + len);
	if (!format)
		return -ENOMEM;
	format->has_time = false;
	format->pieces_len = 0;
	format->text = (char *)&format->pieces[pieces_max];
	format->text_len = 0;

	size_t pos = 0;
	while (pos < len) {
		const char *percent = memchr(template + pos, '%', len - pos);
		size_t plain_len =
			percent ? (size_t)(percent - template) - pos : len - pos;

		if (plain_len > 0)
			add_literal(format, template + pos, plain_len);
		pos += plain_len;
		if (percent)
			pos += add_percent(format, percent, len - pos);
	}
	*ret_format = format;
	return 0;
}

void iw_format_free(struct iw_format *format)
{
	free(format);
}

bool iw_format_has_time(const struct iw_format *format)
{
	return format->has_time;
}

static int append_name(struct iw_buffer *buffer, const char *bytes, size_t len,
		       const struct iw_style *style)
{
	if (style->escape)
		return iw_text_append_escaped(buffer, bytes, len);
	return iw_buffer_append(buffer, bytes, len);
}

static int append_watched(struct iw_buffer *buffer, const struct iw_path *path,
			  const struct iw_style *style)
{
	const size_t len = path->len - path->name_len;

	if (!style->color || len == 0)
		return append_name(buffer, path->bytes, len, style);
	return iw_buffer_append(buffer, dim, sizeof(dim) - 1)
		?: append_name(buffer, path->bytes, len, style)
		?: iw_buffer_append(buffer, reset, sizeof(reset) - 1);
}

int iw_format_append_events(struct iw_buffer *buffer, const struct iw_record *record,
			    char separator)
{
	const char *word;

	if (record->event == IW_MOVE)
		word = "MOVED";
	else if (record->event == IW_EXCHANGE)
		word = "EXCHANGED";
	else
		return iw_mask_append_names(buffer, record->mask, separator);

	int r = iw_buffer_append_str(buffer, word);
	if (r < 0 || !iw_record_is_dir(record))
		return r;
	return iw_buffer_append_char(buffer, separator)
		       ?: iw_mask_append_names(buffer, IN_ISDIR, separator);
}

static int append_events(struct iw_buffer *buffer, const struct iw_record *record,
			 char separator, bool color)
{
	const char *sgr = color ? event_colors[record->event] : NULL;

	if (!sgr)
		return iw_format_append_events(buffer, record, separator);
	return iw_buffer_append_str(buffer, sgr)
		?: iw_format_append_events(buffer, record, separator)
		?: iw_buffer_append(buffer, reset, sizeof(reset) - 1);
}

static int append_hex(struct iw_buffer *buffer, uint32_t number)
{
	char digits[8];
	size_t pos = sizeof(digits);

	do {
		digits[--pos] = "0123456789abcdef"[number & 15];
		number >>= 4;
	} while (number);
	return iw_buffer_append(buffer, digits + pos, sizeof(digits) - pos);
}

static int append_directive(const struct piece *piece, const struct iw_record *record,
			    const struct iw_style *style,
			    const struct iw_time_printer *time, struct iw_buffer *buffer)
{
	const struct iw_path *path = &record->path;

	switch (piece->kind) {
	case NOTHING:
		return 0;
	case WATCHED:
		if (record->event == IW_OVERFLOW)
			return 0;
		return append_watched(buffer, path, style);
	case NAME:
		if (record->event == IW_OVERFLOW || path->name_len == 0)
			return 0;
		return append_name(buffer, path->bytes + (path->len - path->name_len),
				   path->name_len, style);
	case EVENTS:
		return append_events(buffer, record, piece->separator, style->color);
	case TIME:
		assert(time);
		return time->append(time->context, record->time_ns, buffer);
	case COOKIE:
		return append_hex(buffer, record->cookie);
	case OLD:
		return append_name(buffer, record->from.bytes, record->from.len, style);
	}
	return 0;
}

int iw_format_append(const struct iw_format *format, const struct iw_record *record,
		     const struct iw_style *style, const struct iw_time_printer *time,
		     struct iw_buffer *buffer)
{
	const size_t start = buffer->len;

	if (iw_event_is_control(record->event) && record->event != IW_OVERFLOW)
		return 0;
	for (size_t i = 0; i < format->pieces_len; i++) {
		const struct piece *piece = &format->pieces[i];
		int r = append_directive(piece, record, style, time, buffer);

		if (r == 0)
			r = iw_buffer_append(buffer, piece->text, piece->len);
		if (r < 0) {
			buffer->len = start;
			return r;
		}
	}
	return 0;
}
