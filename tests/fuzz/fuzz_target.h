/* SPDX-License-Identifier: MIT */
/*
 * What all fuzz targets share: libFuzzer's entry point, and a check that no NDEBUG
 * removes. The input is the caller's and lives for one call. A target never keeps
 * anything from one call to the next.
 */
#ifndef IW_TESTS_FUZZ_TARGET_H
#define IW_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

#endif
