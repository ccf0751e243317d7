/* SPDX-License-Identifier: MIT */
#include "core/event-names.h"

#include "text_support.h"

static void check(const struct iw_event_names *names, uint32_t mask, bool is_found)
{
	const struct iw_record record = {.event = IW_OPEN, .mask = mask};
	const struct iw_spelled_events *spelled = iw_event_names_find(names, &record);
	IW_AUTO_BUFFER struct iw_buffer copied = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer made = IW_BUFFER_INIT;

	assert_int_equal(spelled != NULL, is_found);
	assert_int_equal(iw_event_names_append(&made, &record, names->separator), 0);
	assert_true(made.len <= IW_EVENT_NAMES_MAX_LEN);
	if (!spelled)
		return;
	assert_int_equal(iw_buffer_reserve(&copied, sizeof(spelled->text)), 0);
	iw_event_names_put(&copied, spelled);
	assert_buffer(&copied, made.data, made.len);
}

static void spells_single_events_as_they_are_made(void **state IW_UNUSED)
{
	struct iw_event_names names;

	for (int separator = ','; separator >= 0; separator -= ',') {
		assert_int_equal(iw_event_names_init(&names, (char)separator), 0);
		for (uint32_t bit = 1; bit; bit <<= 1) {
			const bool is_event = bit < 1U << IW_EVENT_NAMES_BITS;

			check(&names, bit, is_event);
			if (bit != IN_ISDIR)
				check(&names, bit | IN_ISDIR, is_event);
		}
	}
}

static void leaves_others_to_be_made(void **state IW_UNUSED)
{
	struct iw_event_names names;

	assert_int_equal(iw_event_names_init(&names, ','), 0);
	check(&names, 0, false);
	check(&names, IN_MOVE, false);
	check(&names, IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE, false);
	check(&names, UINT32_MAX, false);
}

static void moves_have_words_of_their_own(void **state IW_UNUSED)
{
	struct iw_record record = {.event = IW_MOVE, .mask = IN_MOVE | IN_ISDIR};
	IW_AUTO_BUFFER struct iw_buffer buffer = IW_BUFFER_INIT;

	assert_int_equal(iw_event_names_append(&buffer, &record, ':'), 0);
	assert_buffer(&buffer, "MOVED:ISDIR", 11);
	iw_buffer_clear(&buffer);
	record = (struct iw_record){.event = IW_EXCHANGE, .mask = IN_MOVE};
	assert_int_equal(iw_event_names_append(&buffer, &record, ','), 0);
	assert_buffer(&buffer, "EXCHANGED", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spells_single_events_as_they_are_made),
		cmocka_unit_test(leaves_others_to_be_made),
		cmocka_unit_test(moves_have_words_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
