/* SPDX-License-Identifier: MIT */
#include "cli/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "base/attributes.h"

static int send_to(const char *name, const char *assignments)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	/* A supervisor that does not read must not stop what it supervises. */
	const struct timeval longest = {.tv_sec = 1};

	const size_t len = strlen(name);
	if (name[0] != '/' && name[0] != '@')
		return -EINVAL;
	if (len >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	IW_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof(longest));
	/* An abstract name is as long as it is said to be. */
	const socklen_t address_len =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	if (IW_RETRY(sendto(fd, assignments, strlen(assignments), MSG_NOSIGNAL,
			    (struct sockaddr *)&address, address_len)) < 0)
		return -errno;
	return 0;
}

void iw_notify(struct iw_messages *messages, const char *assignments)
{
	const char *name = getenv("NOTIFY_SOCKET");
	const int r = name && *name ? send_to(name, assignments) : 0;

	if (r < 0)
		iw_say(messages, IW_WARNING, "cannot notify %s: %s", name, strerror(-r));
}
