/* SPDX-License-Identifier: MIT */
/*
 * Compiler attributes and scope-bound cleanup, used everywhere in inowatch.
 * Nothing here owns anything; the cleanup functions free what the annotated variable
 * still holds when its scope ends, and IW_TAKE_PTR empties the variable to keep it.
 * This header never allocates and never reports errors.
 */
#ifndef IW_BASE_ATTRIBUTES_H
#define IW_BASE_ATTRIBUTES_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* The caller must look at the returned error. */
#define IW_MUST_CHECK __attribute__((warn_unused_result))
#define IW_PRINTF(format_index, first_arg) \
	__attribute__((format(printf, format_index, first_arg)))
#define IW_UNUSED   __attribute__((unused))
#define IW_NORETURN __attribute__((noreturn))

/* Runs function(&variable) when the variable goes out of scope. */
#define IW_CLEANUP(function) __attribute__((cleanup(function), unused))
#define IW_AUTO_FREE         IW_CLEANUP(iw_cleanup_free)
#define IW_AUTO_CLOSE        IW_CLEANUP(iw_cleanup_close)

/* The value of a pointer variable, which is NULL afterwards: hands over ownership. */
#define IW_TAKE_PTR(pointer)                               \
	({                                                 \
		__typeof__(pointer) iw_taken_ = (pointer); \
		(pointer) = NULL;                          \
		iw_taken_;                                 \
	})

/* The same for a file descriptor; "nothing" is -1. */
#define IW_TAKE_FD(descriptor)                \
	({                                    \
		int iw_taken_ = (descriptor); \
		(descriptor) = -1;            \
		iw_taken_;                    \
	})

/* A system call, again and again while it is interrupted: no file system that does so
 * may be noticed. */
#define IW_RETRY(call)                                   \
	({                                               \
		__typeof__(call) iw_got_;                \
		do {                                     \
			iw_got_ = (call);                \
		} while (iw_got_ < 0 && errno == EINTR); \
		iw_got_;                                 \
	})

/* An assertion that costs as much as what it guards: in builds with sanitizers only. */
#ifdef __SANITIZE_ADDRESS__
#define IW_COSTLY_ASSERT(condition) assert(condition)
#else
#define IW_COSTLY_ASSERT(condition) ((void)0)
#endif

#define IW_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

static inline void iw_cleanup_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

static inline void iw_cleanup_close(const int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}

#endif
