/* SPDX-License-Identifier: MIT */
#include "core/template.h"

#include <errno.h>
#include <string.h>

enum piece_kind {
	PIECE_TEXT,
	PIECE_PATH,
	PIECE_EVENT,
	PIECE_OLD,
	PIECE_DIR,
	PIECE_NAME,
	PIECE_ALL,
	PIECE_END, /* of an argument */
};

static const struct {
	const char *text;
	enum piece_kind kind;
} places[] = {
	{"{}", PIECE_PATH},   {"{event}", PIECE_EVENT}, {"{old}", PIECE_OLD},
	{"{dir}", PIECE_DIR}, {"{name}", PIECE_NAME},   {"{+}", PIECE_ALL},
};

struct piece {
	enum piece_kind kind;
	const char *text; /* of PIECE_TEXT; the argument's */
	size_t len;
};

struct iw_template {
	struct piece *pieces;
	size_t len;
	enum iw_template_kind kind;
};

void iw_template_free(struct iw_template *template)
{
	if (!template)
		return;
	free(template->pieces);
	free(template);
}

static int add_piece(struct iw_template *template, enum piece_kind kind, const char *text,
		     size_t len)
{
	struct piece *pieces =
		reallocarray(template->pieces, template->len + 1, sizeof(*pieces));

	if (!pieces)
		return -ENOMEM;
	template->pieces = pieces;
	pieces[template->len++] = (struct piece){kind, text, len};
	return 0;
}

/* Which place begins here, and how long it is; PIECE_TEXT: none. */
static enum piece_kind place_at(const char *text, size_t *ret_len)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(places); i++) {
		const size_t len = strlen(places[i].text);

		if (strncmp(text, places[i].text, len) == 0) {
			*ret_len = len;
			return places[i].kind;
		}
	}
	*ret_len = 0;
	return PIECE_TEXT;
}

/* How much text comes before the next place; "{{}" is skipped by its first brace. */
static size_t text_len(const char *text)
{
	size_t place_len;
	size_t len = 0;

	while (text[len] && place_at(text + len, &place_len) == PIECE_TEXT) {
		if (text[len] == '{' && place_at(text + len + 1, &place_len))
			break;
		len++;
	}
	return len;
}

static int parse_argument(struct iw_template *template, const char *arg)
{
	int r = 0;

	while (*arg && r == 0) {
		size_t place_len;
		const size_t len = text_len(arg);

		if (len > 0)
			r = add_piece(template, PIECE_TEXT, arg, len);
		arg += len;
		if (r < 0 || !*arg)
			break;
		const enum piece_kind kind = place_at(arg, &place_len);
		if (kind != PIECE_TEXT) {
			r = add_piece(template, kind, NULL, 0);
			arg += place_len;
			continue;
		}
		/* A brace before a place: the place is text. */
		place_at(arg + 1, &place_len);
		r = add_piece(template, PIECE_TEXT, arg + 1, place_len);
		arg += 1 + place_len;
	}
	return r == 0 ? add_piece(template, PIECE_END, NULL, 0) : r;
}

/* What kind of run the places make; -EINVAL if they do not go together. */
static int judge(struct iw_template *template, const char **ret_problem)
{
	bool has_each = false;
	bool has_all = false;

	for (size_t i = 0; i < template->len; i++) {
		const struct piece *piece = &template->pieces[i];

		has_each |= piece->kind >= PIECE_PATH && piece->kind <= PIECE_NAME;
		if (piece->kind != PIECE_ALL)
			continue;
		if (has_all) {
			*ret_problem = "{+} can be given once only";
			return -EINVAL;
		}
		has_all = true;
		if (i == 0 || piece[-1].kind != PIECE_END || piece[1].kind != PIECE_END) {
			*ret_problem =
				i == 0 ? "{+} cannot be the command itself"
				       : "{+} must be an argument of its own; as text it "
					 "is written {{+}";
			return -EINVAL;
		}
	}
	if (has_each && has_all) {
		*ret_problem = "{+} (one run for all paths) and {}, {event}, {old}, "
			       "{dir} or {name} (one run for each) exclude each other";
		return -EINVAL;
	}
	template->kind = has_each ? IW_TEMPLATE_EACH
				  : (has_all ? IW_TEMPLATE_ALL : IW_TEMPLATE_BATCH);
	return 0;
}

int iw_template_new(const char *const *args, size_t len,
		    struct iw_template **ret_template, const char **ret_problem)
{
	struct iw_template *template = calloc(1, sizeof(*template));
	int r = template ? 0 : -ENOMEM;

	for (size_t i = 0; i < len && r == 0; i++)
		r = parse_argument(template, args[i]);
	if (r == 0)
		r = judge(template, ret_problem);
	if (r < 0) {
		iw_template_free(template);
		return r;
	}
	*ret_template = template;
	return 0;
}

int iw_template_new_shell(const char *text, struct iw_template **ret_template)
{
	const char *const before[] = {"/bin/sh", "-c", text, "sh"};
	struct iw_template *template = calloc(1, sizeof(*template));
	int r = template ? 0 : -ENOMEM;

	for (size_t i = 0; i < IW_ARRAY_LEN(before) && r == 0; i++) {
		r = add_piece(template, PIECE_TEXT, before[i], strlen(before[i]));
		if (r == 0)
			r = add_piece(template, PIECE_END, NULL, 0);
	}
	if (r == 0)
		r = add_piece(template, PIECE_ALL, NULL, 0);
	if (r == 0)
		r = add_piece(template, PIECE_END, NULL, 0);
	if (r < 0) {
		iw_template_free(template);
		return r;
	}
	template->kind = IW_TEMPLATE_ALL;
	*ret_template = template;
	return 0;
}

enum iw_template_kind iw_template_kind(const struct iw_template *template)
{
	return template->kind;
}

bool iw_template_is_name_filled(const struct iw_template *template)
{
	for (size_t i = 0; template->pieces[i].kind != PIECE_END; i++) {
		if (template->pieces[i].kind != PIECE_TEXT)
			return true;
	}
	return false;
}

/* ---- Filling in ---- */

/* The directory of a path, as dirname(1) has it; ret_name is what follows. */
static size_t dir_of(const struct iw_change *change, const char **ret_dir,
		     const char **ret_name)
{
	const char *slash = strrchr(change->path, '/');

	if (!slash) {
		*ret_dir = ".";
		*ret_name = change->path;
		return 1;
	}
	const size_t len = (size_t)(slash - change->path);
	*ret_dir = change->path;
	/* The root of all has no name but its slash. */
	*ret_name = slash[1] || len > 0 ? slash + 1 : slash;
	return len > 0 ? len : 1;
}

static const char *value_of(const struct piece *piece, const struct iw_change *change,
			    size_t *ret_len)
{
	const char *dir;
	const char *name;
	const size_t dir_len = dir_of(change, &dir, &name);

	switch (piece->kind) {
	case PIECE_EVENT:
		*ret_len = strlen(iw_event_word(change->event));
		return iw_event_word(change->event);
	case PIECE_OLD:
		*ret_len = change->from_len;
		return change->from ? change->from : "";
	case PIECE_DIR:
		*ret_len = dir_len;
		return dir;
	case PIECE_NAME:
		*ret_len = strlen(name);
		return name;
	default:
		*ret_len = change->path_len;
		return change->path;
	}
}

/* At the beginning of an argument a name must not look like an option. */
static int append_value(struct iw_argv *argv, const char *value, size_t len)
{
	const size_t start = argv->starts[argv->len - 1];
	int r = 0;

	if (argv->bytes.len == start && len > 0 && value[0] == '-')
		r = iw_buffer_append_str(&argv->bytes, "./");
	return r == 0 ? iw_buffer_append(&argv->bytes, value, len) : r;
}

static int append_paths(struct iw_argv *argv, struct iw_change *first, size_t limit_len,
			struct iw_change **ret_rest)
{
	struct iw_change *change = first;
	int r = 0;

	/* Room for this one, with its NUL and its pointer. */
	for (; change && r == 0; change = change->newer) {
		const size_t more = change->path_len + sizeof("./") + sizeof(char *);

		if (change != first && iw_argv_size(argv) + more > limit_len)
			break;
		r = iw_argv_begin(argv);
		if (r == 0)
			r = append_value(argv, change->path, change->path_len);
		if (r == 0)
			r = iw_argv_end(argv);
	}
	*ret_rest = change;
	return r;
}

/* The bytes of the arguments behind {+}. */
static size_t size_behind(const struct iw_template *template, size_t at)
{
	size_t size = 0;

	for (; at < template->len; at++) {
		const struct piece *piece = &template->pieces[at];

		size += piece->kind == PIECE_END ? 1 + sizeof(char *) : piece->len;
	}
	return size;
}

/* An argument that is no place for all paths. */
static int append_argument(const struct piece *piece, const struct iw_change *change,
			   struct iw_argv *argv)
{
	int r = iw_argv_begin(argv);

	for (; r == 0 && piece->kind != PIECE_END; piece++) {
		const char *value = piece->text;
		size_t len = piece->len;

		if (piece->kind == PIECE_TEXT) {
			r = iw_buffer_append(&argv->bytes, value, len);
			continue;
		}
		value = value_of(piece, change, &len);
		r = append_value(argv, value, len);
	}
	return r == 0 ? iw_argv_end(argv) : r;
}

/* A file given as PATH has no slash: it would be looked for in $PATH. */
static int mark_name_as_path(struct iw_argv *argv)
{
	const char *name = argv->bytes.data + argv->starts[0];

	if (strchr(name, '/'))
		return 0;
	const size_t len = strlen(name);
	int r = iw_buffer_append(&argv->bytes, "./", 2);
	if (r < 0)
		return r;
	char *bytes = argv->bytes.data + argv->starts[0];
	memmove(bytes + 2, bytes, len + 1);
	memcpy(bytes, "./", 2);
	return 0;
}

int iw_template_expand(const struct iw_template *template, struct iw_change *first,
		       size_t limit_len, struct iw_argv *argv,
		       struct iw_change **ret_rest)
{
	struct iw_change *rest = NULL;
	int r = 0;

	for (size_t at = 0; at < template->len && r == 0; at++) {
		if (template->pieces[at].kind == PIECE_ALL) {
			const size_t behind = size_behind(template, at);

			r = append_paths(argv, first,
					 limit_len > behind ? limit_len - behind : 0,
					 &rest);
		} else {
			r = append_argument(&template->pieces[at], first, argv);
		}
		while (template->pieces[at].kind != PIECE_END)
			at++;
		if (r == 0 && argv->len == 1 && iw_template_is_name_filled(template))
			r = mark_name_as_path(argv);
	}
	if (r < 0)
		return r;
	*ret_rest = template->kind == IW_TEMPLATE_EACH ? first->newer : rest;
	return 0;
}
