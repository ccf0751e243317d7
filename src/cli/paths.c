/* SPDX-License-Identifier: MIT */
#include "cli/paths.h"

#include <errno.h>
#include <fcntl.h>

#include "cli/personality.h"

enum { READ_LEN = 64 * 1024 };

void iw_path_files_done(struct iw_path_files *files)
{
	for (size_t i = 0; i < files->len; i++)
		iw_buffer_done(&files->contents[i]);
	free(files->contents);
}

static int read_all(int fd, struct iw_buffer *content)
{
	for (;;) {
		int r = iw_buffer_reserve(content, READ_LEN);
		if (r < 0)
			return r;
		const ssize_t n = read(fd, content->data + content->len, READ_LEN);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		content->len += (size_t)n;
	}
}

static int read_file(const char *path, struct iw_buffer *content)
{
	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, content);
	IW_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : read_all(fd, content);
}

/* The PATHs of a file stand before the operands. */
static int add_line(struct iw_options *options, struct iw_text_list *paths,
		    const char *line, size_t len)
{
	if (len == 0)
		return 0;
	if (line[0] == '@')
		return options->personality->take_operand(options, line, len, NULL);
	return iw_text_list_add(paths, line, len);
}

static int split(struct iw_options *options, struct iw_text_list *paths,
		 const struct iw_buffer *content, char separator)
{
	const char *line = content->data;
	const char *end = line + content->len;
	int r = 0;

	while (line < end && r == 0) {
		const char *stop = memchr(line, separator, (size_t)(end - line));

		if (!stop)
			stop = end;
		r = add_line(options, paths, line, (size_t)(stop - line));
		line = stop + 1;
	}
	return r;
}

static int read_list(struct iw_options *options, const struct iw_text *name,
		     char separator, struct iw_path_files *files,
		     struct iw_text_list *paths)
{
	struct iw_buffer *contents =
		reallocarray(files->contents, files->len + 1, sizeof(*contents));

	if (!contents)
		return -ENOMEM;
	files->contents = contents;
	struct iw_buffer *content = &contents[files->len++];
	*content = IW_BUFFER_INIT;
	int r = read_file(name->bytes, content);
	return r < 0 ? r : split(options, paths, content, separator);
}

/* The reason why a file of PATHs is of no use, as one line. */
static int complain(const struct iw_options *options, const struct iw_text *name,
		    int reason, struct iw_buffer *error)
{
	int r = options->personality->wording.append_no_list(error, name->bytes, -reason);

	return r < 0 ? r : reason;
}

int iw_paths_read(struct iw_options *options, struct iw_path_files *files,
		  struct iw_buffer *error)
{
	const struct {
		const struct iw_text_list *names;
		char separator;
	} kinds[] = {{&options->from_files, '\n'}, {&options->from_files0, '\0'}};
	struct iw_text_list paths = {0};
	int r = 0;

	for (size_t kind = 0; kind < IW_ARRAY_LEN(kinds); kind++) {
		for (size_t i = 0; i < kinds[kind].names->len && r == 0; i++) {
			const struct iw_text *name = &kinds[kind].names->items[i];

			r = read_list(options, name, kinds[kind].separator, files,
				      &paths);
			if (r < 0)
				r = complain(options, name, r, error);
		}
	}
	for (size_t i = 0; i < options->paths.len && r == 0; i++)
		r = iw_text_list_add(&paths, options->paths.items[i].bytes,
				     options->paths.items[i].len);
	free(options->paths.items);
	options->paths = paths;
	if (r == 0 && options->personality->check_paths)
		r = options->personality->check_paths(options, error);
	return r;
}
