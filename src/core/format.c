/* SPDX-License-Identifier: MIT */
#include "core/format.h"

#include <assert.h>
#include <errno.h>

#include "core/event-names.h"
#include "core/text.h"

enum piece_kind {
	/* Bytes that a record holds already, or a table. */
	NOTHING,
	WATCHED, /* %w */
	NAME,    /* %f */
	OLD,     /* %o */
	EVENTS,  /* %e, %Xe */
	/* Others. */
	TIME,   /* %T */
	COOKIE, /* %c */
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
	bool is_copied; /* nothing has to be made for a record of one event */
	struct iw_event_names names; /* with the separator of the first EVENTS */
	size_t fixed_len;            /* the most of all that is no path */
	size_t path_count;           /* how many pieces are of the path */
	size_t from_count;           /* and of the old one */
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

/* Bytes at most: two colours around a piece, or a cookie; and the escape of a byte. */
enum { FIXED_MAX_LEN = 16, ESCAPE_LEN = 4 };

/* new reserved enough pieces and text for every template of this length. */
static void add_piece(struct iw_format *format, enum piece_kind kind, char separator)
{
	format->pieces[format->pieces_len++] = (struct piece){
		.kind = kind,
		.separator = separator,
	};
	format->path_count += kind == WATCHED || kind == NAME;
	format->from_count += kind == OLD;
	format->fixed_len +=
		FIXED_MAX_LEN + (kind == EVENTS ? (size_t)IW_EVENT_NAMES_MAX_LEN : 0);
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

/* Single events are spelled with the separator that comes first; there is seldom more. */
static int spell_events(struct iw_format *format)
{
	const struct piece *first = NULL;

	format->is_copied = true;
	for (size_t i = 0; i < format->pieces_len; i++) {
		const struct piece *piece = &format->pieces[i];

		if (piece->kind == EVENTS && !first)
			first = piece;
		if (piece->kind > EVENTS ||
		    (piece->kind == EVENTS && piece->separator != first->separator))
			format->is_copied = false;
	}
	return first ? iw_event_names_init(&format->names, first->separator) : 0;
}

int iw_format_new(const char *template, size_t len, struct iw_format **ret_format)
{
	if (len > IW_FORMAT_MAX_LEN)
		return -E2BIG;

	/* Each "%" makes at most one piece, and what is before the first another. */
	const size_t pieces_max = count_percents(template, len) + 1;
	struct iw_format *format =
		calloc(1, sizeof(*format) + pieces_max * sizeof(format->pieces[0]) + len);
	if (!format)
		return -ENOMEM;
	format->text = (char *)&format->pieces[pieces_max];
	format->fixed_len = len;

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
	int r = spell_events(format);
	if (r < 0) {
		free(format);
		return r;
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

/* ---- Printing: room for all of a record is made once, and the pieces fill it. ---- */

static int reserve_record(const struct iw_format *format, const struct iw_record *record,
			  const struct iw_style *style, struct iw_buffer *buffer)
{
	const size_t names_len = format->path_count * record->path.len +
				 format->from_count * record->from.len;

	return iw_buffer_reserve(
		buffer, format->fixed_len + (style->escape ? ESCAPE_LEN : 1) * names_len);
}

/* Where nothing is to be made, escaped or coloured, which is nearly always. */
static void put_copies(const struct iw_format *format, const struct iw_record *record,
		       const struct iw_spelled_events *spelled, struct iw_buffer *buffer)
{
	const struct iw_path *path = &record->path;
	const size_t watched_len = path->len - path->name_len;
	const struct {
		const char *bytes;
		size_t len;
	} parts[] = {
		[NOTHING] = {"", 0},
		[WATCHED] = {path->bytes, watched_len},
		[NAME] = {path->bytes + watched_len, path->name_len},
		[OLD] = {record->from.bytes, record->from.len},
		[EVENTS] = {spelled->text, spelled->len},
	};

	for (size_t i = 0; i < format->pieces_len; i++) {
		const struct piece *piece = &format->pieces[i];

		iw_buffer_put(buffer, parts[piece->kind].bytes, parts[piece->kind].len);
		iw_buffer_put(buffer, piece->text, piece->len);
	}
}

static int put_name(struct iw_buffer *buffer, const char *bytes, size_t len,
		    const struct iw_style *style)
{
	if (style->escape)
		return iw_text_append_escaped(buffer, bytes, len);
	iw_buffer_put(buffer, bytes, len);
	return 0;
}

static int put_watched(struct iw_buffer *buffer, const struct iw_path *path,
		       const struct iw_style *style)
{
	const size_t len = path->len - path->name_len;

	if (!style->color || len == 0)
		return put_name(buffer, path->bytes, len, style);
	iw_buffer_put(buffer, dim, sizeof(dim) - 1);
	int r = put_name(buffer, path->bytes, len, style);
	iw_buffer_put(buffer, reset, sizeof(reset) - 1);
	return r;
}

static int put_events(const struct iw_format *format, const struct piece *piece,
		      const struct iw_record *record, bool color,
		      struct iw_buffer *buffer)
{
	const char *sgr = color ? event_colors[record->event] : NULL;
	const struct iw_spelled_events *spelled =
		piece->separator == format->names.separator
			? iw_event_names_find(&format->names, record)
			: NULL;
	int r = 0;

	if (sgr)
		iw_buffer_put(buffer, sgr, strlen(sgr));
	if (spelled)
		iw_event_names_put(buffer, spelled);
	else
		r = iw_event_names_append(buffer, record, piece->separator);
	if (sgr)
		iw_buffer_put(buffer, reset, sizeof(reset) - 1);
	return r;
}

static void put_hex(struct iw_buffer *buffer, uint32_t number)
{
	char digits[8];
	size_t pos = sizeof(digits);

	do {
		digits[--pos] = "0123456789abcdef"[number & 15];
		number >>= 4;
	} while (number);
	iw_buffer_put(buffer, digits + pos, sizeof(digits) - pos);
}

static int put_directive(const struct iw_format *format, const struct piece *piece,
			 const struct iw_record *record, const struct iw_style *style,
			 struct iw_buffer *buffer)
{
	const struct iw_path *path = &record->path;

	switch (piece->kind) {
	case WATCHED:
		if (record->event == IW_OVERFLOW)
			return 0;
		return put_watched(buffer, path, style);
	case NAME:
		if (record->event == IW_OVERFLOW)
			return 0;
		return put_name(buffer, path->bytes + (path->len - path->name_len),
				path->name_len, style);
	case EVENTS:
		return put_events(format, piece, record, style->color, buffer);
	case COOKIE:
		put_hex(buffer, record->cookie);
		return 0;
	case OLD:
		return put_name(buffer, record->from.bytes, record->from.len, style);
	case NOTHING:
	case TIME:
		break;
	}
	return 0;
}

/* Its length is known to whoever makes it. */
static int append_time(const struct iw_format *format, const struct iw_record *record,
		       const struct iw_style *style, const struct iw_time_printer *time,
		       struct iw_buffer *buffer)
{
	assert(time);
	return time->append(time->context, record->time_ns, buffer)
		       ?: reserve_record(format, record, style, buffer);
}

int iw_format_append(const struct iw_format *format, const struct iw_record *record,
		     const struct iw_style *style, const struct iw_time_printer *time,
		     struct iw_buffer *buffer)
{
	const struct iw_spelled_events *spelled =
		iw_event_names_find(&format->names, record);
	const size_t start = buffer->len;

	if (iw_event_is_control(record->event) && record->event != IW_OVERFLOW)
		return 0;
	int r = reserve_record(format, record, style, buffer);
	if (r == 0 && spelled && format->is_copied && !style->escape && !style->color) {
		put_copies(format, record, spelled, buffer);
		return 0;
	}
	for (size_t i = 0; i < format->pieces_len && r == 0; i++) {
		const struct piece *piece = &format->pieces[i];

		r = piece->kind == TIME
			    ? append_time(format, record, style, time, buffer)
			    : put_directive(format, piece, record, style, buffer);
		if (r == 0)
			iw_buffer_put(buffer, piece->text, piece->len);
	}
	if (r < 0)
		buffer->len = start;
	return r;
}
