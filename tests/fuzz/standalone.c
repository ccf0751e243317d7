/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over files, so that corpora are tests where there is no libFuzzer.
 * Usage: fuzz_json FILE…
 */
#include <stdio.h>

#include "fuzz_target.h"

enum { FILE_LEN_MAX = 1 << 20 };

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return -1;
	}
	uint8_t *bytes = malloc(FILE_LEN_MAX);
	CHECK(bytes);
	size_t len = fread(bytes, 1, FILE_LEN_MAX, file);
	int r = ferror(file) ? -1 : 0;

	fclose(file);
	/* Exactly as large as the file, so that a sanitizer sees each byte too many. */
	uint8_t *input = malloc(len ? len : 1);
	CHECK(input);
	for (size_t i = 0; i < len; i++)
		input[i] = bytes[i];
	free(bytes);
	if (r == 0)
		LLVMFuzzerTestOneInput(input, len);
	else
		perror(path);
	free(input);
	return r;
}

int main(int argc, char **argv)
{
	int failures = 0;

	for (int i = 1; i < argc; i++)
		failures += run_file(argv[i]) < 0;
	printf("%d files run, %d unreadable\n", argc - 1 - failures, failures);
	return failures || argc == 1;
}
