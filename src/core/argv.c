/* SPDX-License-Identifier: MIT */
#include "core/argv.h"

void iw_argv_done(struct iw_argv *argv)
{
	iw_buffer_done(&argv->bytes);
	free(argv->starts);
	free(argv->vector);
	*argv = IW_ARGV_INIT;
}

int iw_argv_begin(struct iw_argv *argv)
{
	if (argv->len == argv->cap) {
		const size_t cap = argv->cap ? argv->cap * 2 : 16;
		size_t *starts = reallocarray(argv->starts, cap, sizeof(*starts));

		if (!starts)
			return -ENOMEM;
		argv->starts = starts;
		argv->cap = cap;
	}
	argv->starts[argv->len++] = argv->bytes.len;
	return 0;
}

int iw_argv_end(struct iw_argv *argv)
{
	return iw_buffer_append_char(&argv->bytes, '\0');
}

size_t iw_argv_size(const struct iw_argv *argv)
{
	return argv->bytes.len + (argv->len + 1) * sizeof(char *);
}

char **iw_argv_vector(struct iw_argv *argv)
{
	char **vector = reallocarray(argv->vector, IW_ARGV_SPARE + argv->len + 1,
				     sizeof(*vector));

	if (!vector)
		return NULL;
	argv->vector = vector;
	vector += IW_ARGV_SPARE;
	for (size_t i = 0; i < argv->len; i++)
		vector[i] = argv->bytes.data + argv->starts[i];
	vector[argv->len] = NULL;
	return vector;
}
