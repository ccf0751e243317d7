/* SPDX-License-Identifier: MIT */
#include "cli/option-value.h"

#include <errno.h>
#include <string.h>

#include "core/quantity.h"

int iw_option_refuse(const struct iw_option_value *value, const char *reason)
{
	int r = iw_buffer_printf(value->error, "--%s: '%s' %s", value->name, value->text,
				 reason);

	return r < 0 ? r : -EINVAL;
}

/* "is neither pair nor raw", "is none of auto, always, never" */
static int refuse_word(const struct iw_option_value *value)
{
	const char *const *words = value->words;
	const bool are_two = words[0] && words[1] && !words[2];
	const char *between = are_two ? " nor " : ", ";
	int r = iw_buffer_printf(value->error, "--%s: '%s' is %s ", value->name,
				 value->text, are_two ? "neither" : "none of");

	for (size_t i = 0; words[i] && r == 0; i++)
		r = iw_buffer_printf(value->error, "%s%s", i ? between : "", words[i]);
	return r < 0 ? r : -EINVAL;
}

int iw_option_word(const struct iw_option_value *value, size_t *ret_at)
{
	for (size_t i = 0; value->words[i]; i++) {
		if (strcmp(value->text, value->words[i]) == 0) {
			*ret_at = i;
			return 0;
		}
	}
	return refuse_word(value);
}

int iw_option_duration(const struct iw_option_value *value, int64_t *ret_ns)
{
	if (iw_quantity_duration(value->text, ret_ns) < 0)
		return iw_option_refuse(
			value, "is not a duration; write 10, 1.5, 500ms, 2m or 1h");
	return 0;
}
