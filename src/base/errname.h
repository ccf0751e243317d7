/* SPDX-License-Identifier: MIT */
/*
 * Names of errno values: ENOSPC is "ENOSPC".
 * The names are constant strings that nobody owns.
 * It never translates: strerror(3) is for people, this is for programs.
 */
#ifndef IW_BASE_ERRNAME_H
#define IW_BASE_ERRNAME_H

/* The symbol of a positive errno, or "EUNKNOWN" for one that inowatch does not know. */
const char *iw_errname(int error);

#endif
