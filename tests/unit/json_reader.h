/* SPDX-License-Identifier: MIT */
/*
 * A strict reader for one JSON object on one line, written apart from src/core/json.c so
 * that tests do not believe the code under test.
 * The object keeps its strings in its own arena; everything lives as long as it does.
 * It never accepts more than RFC 8259 does: no raw controls, no bad UTF-8, no raw tail.
 */
#ifndef IW_TESTS_JSON_READER_H
#define IW_TESTS_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_FIELDS_MAX = 16, JSON_ARENA_LEN = 1 << 17 };

struct json_field {
	const char *key;
	const char *value; /* decoded; of numbers the digits */
	size_t value_len;
	bool is_number;
};

struct json_object {
	const char *next;
	const char *end;
	size_t count;
	struct json_field fields[JSON_FIELDS_MAX];
	size_t used;
	char arena[JSON_ARENA_LEN];
};

/* The well-formed sequences as RFC 3629 §4 lists them: 0 if there is none here. */
static inline size_t utf8_len(const char *text, size_t len)
{
	static const struct {
		unsigned char low[4], high[4];
		size_t len;
	} forms[] = {
		{{0x00}, {0x7f}, 1},
		{{0xc2, 0x80}, {0xdf, 0xbf}, 2},
		{{0xe0, 0xa0, 0x80}, {0xe0, 0xbf, 0xbf}, 3},
		{{0xe1, 0x80, 0x80}, {0xec, 0xbf, 0xbf}, 3},
		{{0xed, 0x80, 0x80}, {0xed, 0x9f, 0xbf}, 3},
		{{0xee, 0x80, 0x80}, {0xef, 0xbf, 0xbf}, 3},
		{{0xf0, 0x90, 0x80, 0x80}, {0xf0, 0xbf, 0xbf, 0xbf}, 4},
		{{0xf1, 0x80, 0x80, 0x80}, {0xf3, 0xbf, 0xbf, 0xbf}, 4},
		{{0xf4, 0x80, 0x80, 0x80}, {0xf4, 0x8f, 0xbf, 0xbf}, 4},
	};

	for (size_t form = 0; form < sizeof(forms) / sizeof(forms[0]); form++) {
		size_t pos = 0;

		while (pos < forms[form].len && pos < len &&
		       (unsigned char)text[pos] >= forms[form].low[pos] &&
		       (unsigned char)text[pos] <= forms[form].high[pos])
			pos++;
		if (pos == forms[form].len)
			return pos;
	}
	return 0;
}

static inline bool json_put(struct json_object *object, uint32_t byte)
{
	if (object->used == JSON_ARENA_LEN)
		return false;
	object->arena[object->used++] = (char)byte;
	return true;
}

static inline bool json_take(struct json_object *object, char wanted)
{
	if (object->next == object->end || *object->next != wanted)
		return false;
	object->next++;
	return true;
}

/* \uXXXX; the writer needs none above U+FFFF, so surrogates are refused. */
static inline bool json_read_unicode(struct json_object *object)
{
	char digits[5] = "";
	char *rest;

	if (object->end - object->next < 4)
		return false;
	memcpy(digits, object->next, 4);
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		return false;
	uint32_t point = (uint32_t)strtoul(digits, &rest, 16);
	object->next += 4;
	if (point >= 0xd800 && point <= 0xdfff)
		return false;
	if (point < 0x80)
		return json_put(object, point);
	if (point < 0x800)
		return json_put(object, 0xc0 | point >> 6) &&
		       json_put(object, 0x80 | (point & 63));
	return json_put(object, 0xe0 | point >> 12) &&
	       json_put(object, 0x80 | (point >> 6 & 63)) &&
	       json_put(object, 0x80 | (point & 63));
}

static inline bool json_read_escape(struct json_object *object)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";

	if (object->next == object->end)
		return false;
	const char name = *object->next++;
	if (name == 'u')
		return json_read_unicode(object);
	const char *found = name ? strchr(names, name) : NULL;
	return found && json_put(object, (unsigned char)values[found - names]);
}

static inline bool json_read_string(struct json_object *object, const char **ret_value,
				    size_t *ret_len)
{
	const size_t start = object->used;

	if (!json_take(object, '"'))
		return false;
	while (!json_take(object, '"')) {
		size_t len = utf8_len(object->next, (size_t)(object->end - object->next));

		if (len == 0 || (unsigned char)*object->next < 0x20)
			return false;
		if (json_take(object, '\\')) {
			if (!json_read_escape(object))
				return false;
			continue;
		}
		while (len-- > 0) {
			if (!json_put(object, (unsigned char)*object->next++))
				return false;
		}
	}
	*ret_value = object->arena + start;
	*ret_len = object->used - start;
	return json_put(object, 0);
}

static inline bool json_read_number(struct json_object *object, struct json_field *field)
{
	const size_t start = object->used;

	field->is_number = true;
	if (json_take(object, '-'))
		json_put(object, '-');
	while (object->next < object->end && *object->next >= '0' && *object->next <= '9')
		json_put(object, (unsigned char)*object->next++);
	field->value = object->arena + start;
	field->value_len = object->used - start;
	return field->value_len > 0 && json_put(object, 0);
}

/* Reads the whole text, without a newline, as one flat object of strings and numbers. */
static inline bool json_read(struct json_object *object, const char *text, size_t len)
{
	object->next = text;
	object->end = text + len;
	object->count = 0;
	object->used = 0;
	if (!json_take(object, '{'))
		return false;
	do {
		if (object->count == JSON_FIELDS_MAX)
			return false;
		struct json_field *field = &object->fields[object->count++];
		size_t key_len;

		*field = (struct json_field){0};
		if (!json_read_string(object, &field->key, &key_len) ||
		    !json_take(object, ':'))
			return false;
		if (object->next < object->end && *object->next == '"') {
			if (!json_read_string(object, &field->value, &field->value_len))
				return false;
		} else if (!json_read_number(object, field)) {
			return false;
		}
	} while (json_take(object, ','));
	return json_take(object, '}') && object->next == object->end;
}

static inline const struct json_field *json_find(const struct json_object *object,
						 const char *key)
{
	for (size_t i = 0; i < object->count; i++) {
		if (strcmp(object->fields[i].key, key) == 0)
			return &object->fields[i];
	}
	return NULL;
}

/* Decodes RFC 4648 base64 with padding into to (3 bytes for 4 letters); -1 if invalid. */
static inline long base64_read(const char *text, size_t len, char *to)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	size_t padding = 0;
	long count = 0;

	if (len % 4 != 0)
		return -1;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < len; i += 4) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 4; k++) {
			const char letter = text[i + k];
			const char *found = letter ? strchr(letters, letter) : NULL;

			if (!found && i + k < len - padding)
				return -1;
			bits = bits << 6 | (found ? (uint32_t)(found - letters) : 0);
		}
		to[count++] = (char)(bits >> 16);
		to[count++] = (char)(bits >> 8);
		to[count++] = (char)bits;
	}
	return count - (long)padding;
}

#endif
