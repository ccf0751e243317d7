/* SPDX-License-Identifier: MIT */
#include "cli/signal-names.h"

#include <errno.h>
#include <strings.h>

#include "core/quantity.h"

#define NAME(name)               \
	{                        \
#name, SIG##name \
	}

static const struct {
	const char *name;
	int number;
} names[] = {
	NAME(HUP),    NAME(INT),  NAME(QUIT),  NAME(ILL),  NAME(TRAP), NAME(ABRT),
	NAME(BUS),    NAME(FPE),  NAME(KILL),  NAME(USR1), NAME(SEGV), NAME(USR2),
	NAME(PIPE),   NAME(ALRM), NAME(TERM),  NAME(CHLD), NAME(CONT), NAME(STOP),
	NAME(TSTP),   NAME(TTIN), NAME(TTOU),  NAME(URG),  NAME(XCPU), NAME(XFSZ),
	NAME(VTALRM), NAME(PROF), NAME(WINCH), NAME(IO),   NAME(PWR),  NAME(SYS),
};

int iw_signal_parse(const char *text, int *ret_number)
{
	const char *name = strncasecmp(text, "SIG", 3) == 0 ? text + 3 : text;
	uint64_t number;

	if (iw_quantity_count(text, SIGRTMAX, &number) == 0 && number > 0) {
		*ret_number = (int)number;
		return 0;
	}
	for (size_t i = 0; i < IW_ARRAY_LEN(names); i++) {
		if (strcasecmp(name, names[i].name) == 0) {
			*ret_number = names[i].number;
			return 0;
		}
	}
	return -EINVAL;
}

const char *iw_signal_name(int number)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(names); i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	return NULL;
}
