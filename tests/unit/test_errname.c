/* SPDX-License-Identifier: MIT */
#include "base/errname.h"

#include <errno.h>

#include "text_support.h"

static void names_what_a_watcher_meets(void **state IW_UNUSED)
{
	assert_string_equal(iw_errname(ENOSPC), "ENOSPC");
	assert_string_equal(iw_errname(EACCES), "EACCES");
	assert_string_equal(iw_errname(ENOENT), "ENOENT");
	assert_string_equal(iw_errname(ENOTDIR), "ENOTDIR");
	assert_string_equal(iw_errname(EMFILE), "EMFILE");
	assert_string_equal(iw_errname(ENOMEM), "ENOMEM");
	assert_string_equal(iw_errname(ENAMETOOLONG), "ENAMETOOLONG");
	assert_string_equal(iw_errname(ELOOP), "ELOOP");
	assert_string_equal(iw_errname(EPIPE), "EPIPE");
}

static void says_unknown_for_the_rest(void **state IW_UNUSED)
{
	assert_string_equal(iw_errname(0), "EUNKNOWN");
	assert_string_equal(iw_errname(-ENOENT), "EUNKNOWN");
	assert_string_equal(iw_errname(1 << 20), "EUNKNOWN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_a_watcher_meets),
		cmocka_unit_test(says_unknown_for_the_rest),
	};

	return cmocka_run_group_tests_name("errname", tests, NULL, NULL);
}
