/* SPDX-License-Identifier: MIT */
#include "cli/personality.h"

#include <string.h>

#include "cli/inotifywait.h"
#include "cli/inotifywatch.h"
#include "cli/inowatch.h"

/* The first is what goes by no name of another. */
static const struct iw_personality *const personalities[] = {
	&iw_inowatch,     &iw_inotifywait,   &iw_fsnotifywait,
	&iw_inotifywatch, &iw_fsnotifywatch,
};

/* What libtool puts in front of the name of a program that is not installed. */
static const char libtool_prefix[] = "lt-";

const struct iw_personality *iw_personality_of(const char *program)
{
	const char *slash = program ? strrchr(program, '/') : NULL;
	const char *name = slash ? slash + 1 : program;
	const size_t prefix_len = sizeof(libtool_prefix) - 1;

	if (name && strncmp(name, libtool_prefix, prefix_len) == 0)
		name += prefix_len;
	for (size_t i = 0; name && i < IW_ARRAY_LEN(personalities); i++) {
		if (strcmp(name, personalities[i]->name) == 0)
			return personalities[i];
	}
	return personalities[0];
}
