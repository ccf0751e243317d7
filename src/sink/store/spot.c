/* SPDX-License-Identifier: MIT */
#include "sink/store/spot.h"

#include "sink/store/layout.h"

int iw_spot_init(struct iw_spot *spot, const char *absolute)
{
	*spot = (struct iw_spot){.absolute = absolute};
	int r = iw_layout_append_place(&spot->current, IW_LAYOUT_CURRENT, absolute);
	if (r == 0)
		r = iw_layout_append_place(&spot->versions, IW_LAYOUT_VERSIONS, absolute);
	if (r == 0)
		r = iw_layout_append_place(&spot->newest, IW_LAYOUT_NEWEST, absolute);
	return r;
}

void iw_spot_done(struct iw_spot *spot)
{
	iw_buffer_done(&spot->current);
	iw_buffer_done(&spot->versions);
	iw_buffer_done(&spot->newest);
}

char *iw_spot_prefix(const struct iw_spot *spot, size_t current_len)
{
	const char *end = spot->absolute;

	/* Each component of the one is a component of the other. */
	for (size_t i = 0; i < current_len; i++) {
		if (spot->current.data[i] == '/')
			end += 1 + strcspn(end + 1, "/");
	}
	return strndup(spot->absolute, (size_t)(end - spot->absolute));
}
