/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "base/errname.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#ifdef HAVE_STRERRORNAME_NP

static const char *find_name(int error)
{
	return strerrorname_np(error);
}

#else

#include "base/attributes.h"

#define NAME(symbol)            \
	{                       \
		symbol, #symbol \
	}

/* What the system calls of a watcher, a scanner and a writer return. */
static const struct {
	int error;
	const char *name;
} names[] = {
	NAME(E2BIG),     NAME(EACCES),       NAME(EAGAIN),       NAME(EBADF),
	NAME(EBUSY),     NAME(EDQUOT),       NAME(EEXIST),       NAME(EFAULT),
	NAME(EFBIG),     NAME(EINTR),        NAME(EINVAL),       NAME(EIO),
	NAME(EISDIR),    NAME(ELOOP),        NAME(EMFILE),       NAME(EMLINK),
	NAME(ENFILE),    NAME(ENODEV),       NAME(ENAMETOOLONG), NAME(ENOENT),
	NAME(ENOMEM),    NAME(ENOSPC),       NAME(ENOSYS),       NAME(ENOTDIR),
	NAME(ENOTEMPTY), NAME(ENXIO),        NAME(EPERM),        NAME(EOVERFLOW),
	NAME(EPIPE),     NAME(EROFS),        NAME(ESTALE),       NAME(ETXTBSY),
	NAME(EXDEV),     NAME(EOPNOTSUPP),   NAME(ETIMEDOUT),    NAME(ENOTCONN),
	NAME(EREMOTEIO), NAME(EKEYREJECTED), NAME(ENOKEY),       NAME(EHOSTDOWN),
};

static const char *find_name(int error)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(names); i++) {
		if (names[i].error == error)
			return names[i].name;
	}
	return NULL;
}

#endif

const char *iw_errname(int error)
{
	/* strerrorname_np(3) has a name for 0, too. */
	const char *name = error > 0 ? find_name(error) : NULL;

	return name ? name : "EUNKNOWN";
}
