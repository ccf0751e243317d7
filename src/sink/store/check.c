/* SPDX-License-Identifier: MIT */
#include "sink/store/check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "sink/store/beneath.h"
#include "sink/store/catalog-private.h"
#include "sink/store/hash.h"

struct checking {
	const struct iw_check_config *config;
	struct iw_check_counts counts;
};

static void tell(void *context, const struct iw_catalog_problem *problem)
{
	struct checking *checking = context;

	checking->counts.problems++;
	checking->config->told(checking->config->context, problem);
}

static void say(struct checking *checking, const char *place, const char *reason,
		int error)
{
	tell(checking, &(const struct iw_catalog_problem){place, reason, error});
}

/* Something is wrong with one version, or (NULL) with the file as a whole. */
static int say_of(struct checking *checking, const struct iw_catalog_file *file,
		  const struct iw_catalog_version *version,
		  const struct iw_catalog_problem *problem)
{
	IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;
	char name[IW_LAYOUT_TIME_LEN + 1];
	const bool is_older = version && !version->is_current;

	int r = iw_layout_append_place(
		&place, is_older ? IW_LAYOUT_VERSIONS : IW_LAYOUT_CURRENT, file->path);
	if (r == 0 && is_older) {
		iw_layout_format_time(version->time_ns, name);
		r = iw_buffer_printf(&place, "/%s", name);
	}
	if (r == 0)
		r = iw_buffer_terminate(&place);
	if (r < 0)
		return r;
	say(checking, place.data, problem->reason, problem->error);
	return 0;
}

/* Returns 0 or -ENOMEM; ret_problem has a reason if it is not what was stored. */
static int verify(struct checking *checking, const struct iw_catalog_file *file,
		  const struct iw_catalog_version *version,
		  struct iw_catalog_problem *ret_problem)
{
	uint64_t wanted = 0;
	uint64_t found = 0;
	int r = -ENODATA;

	if (!S_ISREG(version->mode)) {
		checking->counts.unchecked++;
		return 0;
	}
	IW_AUTO_CLOSE int fd = iw_catalog_open(file, version);
	if (fd >= 0)
		r = iw_hash_get(fd, &wanted);
	if (fd >= 0 && (r == -ENODATA || r == -EOPNOTSUPP)) {
		checking->counts.unchecked++;
		return 0;
	}
	if (fd >= 0 && r == 0)
		r = iw_hash_file(fd, NULL, &found);
	if (fd >= 0 && r == 0 && found == wanted) {
		checking->counts.verified++;
		return 0;
	}
	ret_problem->reason = fd < 0         ? "cannot be opened"
			      : r == -EINVAL ? "has a checksum that is none"
			      : r < 0        ? "cannot be read"
				      : "is not what was stored: its checksum differs";
	ret_problem->error = fd < 0 ? fd : r == -EINVAL ? 0 : r;
	return r == -ENOMEM ? r : 0;
}

static int on_file(void *context, const struct iw_catalog_file *file)
{
	static const struct iw_catalog_problem lost = {
		NULL, "is missing, and nothing says that it was deleted", 0};
	struct checking *checking = context;
	const struct iw_catalog_version *newest = &file->versions[file->versions_len - 1];
	int r = 0;

	checking->counts.files++;
	if (!newest->is_deleted && !newest->is_current)
		r = say_of(checking, file, NULL, &lost);
	for (size_t i = 0; r == 0 && i < file->versions_len; i++) {
		const struct iw_catalog_version *version = &file->versions[i];
		struct iw_catalog_problem problem = {0};

		if (version->is_deleted)
			continue;
		checking->counts.versions++;
		if (checking->config->is_verified)
			r = verify(checking, file, version, &problem);
		if (r == 0 && problem.reason)
			r = say_of(checking, file, version, &problem);
	}
	return r;
}

/* Another version of the layout is no damage, but nothing that could be checked. */
static int check_format(struct checking *checking)
{
	char text[sizeof(IW_LAYOUT_VERSION) + 1];

	IW_AUTO_CLOSE int fd = iw_beneath_open(checking->config->store_fd,
					       IW_LAYOUT_FORMAT, O_RDONLY | O_NONBLOCK);
	const ssize_t n = fd < 0 ? fd : IW_RETRY(read(fd, text, sizeof(text)));
	if (n < 0) {
		say(checking, IW_LAYOUT_FORMAT, "cannot be read: is this a store?",
		    fd < 0 ? fd : -errno);
		return 0;
	}
	if (n != sizeof(IW_LAYOUT_VERSION) - 1 ||
	    memcmp(text, IW_LAYOUT_VERSION, (size_t)n) != 0)
		say(checking, IW_LAYOUT_FORMAT, "is of a layout that is not known", 0);
	return 0;
}

static void check_folder(struct checking *checking, const char *folder, bool is_needed)
{
	const int fd = iw_beneath_open(checking->config->store_fd, folder,
				       O_RDONLY | O_DIRECTORY);

	if (fd < 0 && (is_needed || fd != -ENOENT))
		say(checking, folder, "cannot be opened", fd);
	if (fd >= 0)
		close(fd);
}

/* No source is "/" itself, so nothing can be a version of it. */
static int check_top(struct checking *checking)
{
	struct iw_catalog_names names = {0};
	struct iw_layout_version version;
	int r = 0;

	IW_AUTO_CLOSE int fd = iw_beneath_open(
		checking->config->store_fd, IW_LAYOUT_VERSIONS, O_RDONLY | O_DIRECTORY);
	if (fd >= 0)
		r = iw_catalog_names_read(&names, fd);
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		IW_AUTO_BUFFER struct iw_buffer place = IW_BUFFER_INIT;

		if (iw_layout_parse_version(names.names[i], strlen(names.names[i]),
					    &version) < 0)
			continue;
		r = iw_buffer_printf(&place, IW_LAYOUT_VERSIONS "/%s", names.names[i]);
		if (r == 0)
			r = iw_buffer_terminate(&place);
		if (r == 0)
			say(checking, place.data, "is a version of nothing", 0);
	}
	iw_catalog_names_done(&names);
	return r == -ENOMEM ? r : 0;
}

int iw_check(const struct iw_check_config *config, struct iw_check_counts *ret_counts)
{
	struct checking checking = {.config = config};
	const struct iw_catalog_visitor visitor = {on_file, NULL, tell, &checking};

	int r = check_format(&checking);
	check_folder(&checking, IW_LAYOUT_CURRENT, true);
	check_folder(&checking, IW_LAYOUT_VERSIONS, false);
	if (r == 0)
		r = check_top(&checking);
	if (r == 0)
		r = iw_catalog_walk(config->store_fd, "/", &visitor);
	if (r == 0)
		*ret_counts = checking.counts;
	return r;
}
