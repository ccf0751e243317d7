/* SPDX-License-Identifier: MIT */
#include "cli/blind.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/intmap.h"
#include "source/walk.h"

static const char remote[] = "changes made on other machines are not seen";
static const char behind[] = "changes made behind its back, not through it, are not seen";
static const char kernel[] =
	"its files change without a sign; only what programs do to them is seen";
static const char shared[] = "changes made by the host are not seen";

/* The numbers are from linux/magic.h, statfs(2) and the file systems' sources: headers
 * of older systems lack many. */
static const struct {
	unsigned long fs_type;
	const char *name;
	const char *reason;
} blind_types[] = {
	{0x6969, "NFS", remote},          {0xff534d42, "CIFS", remote},
	{0xfe534d42, "SMB", remote},      {0x517b, "SMB", remote},
	{0x5346414f, "AFS", remote},      {0x6b414653, "AFS", remote},
	{0x00c36400, "Ceph", remote},     {0x73757245, "Coda", remote},
	{0x0bd00bd0, "Lustre", remote},   {0x01161970, "GFS2", remote},
	{0x7461636f, "OCFS2", remote},    {0x47504653, "GPFS", remote},
	{0x20030528, "OrangeFS", remote}, {0x19830326, "BeeGFS", remote},
	{0x01021997, "9P", shared},       {0x786f4256, "vboxsf", shared},
	{0xbacbacbc, "vmhgfs", shared},   {0x65735546, "FUSE", behind},
	{0xf15f, "eCryptfs", behind},     {0x9fa0, "proc", kernel},
	{0x62656572, "sysfs", kernel},    {0x0027e0eb, "cgroup", kernel},
	{0x63677270, "cgroup2", kernel},  {0x64626720, "debugfs", kernel},
	{0x74726163, "tracefs", kernel},  {0x73636673, "securityfs", kernel},
	{0x62656570, "configfs", kernel}, {0xde5e81e4, "efivarfs", kernel},
	{0xcafe4a11, "bpf", kernel},      {0xf97cff8c, "selinuxfs", kernel},
	{0x65735543, "fusectl", kernel},  {0x1cd1, "devpts", kernel},
};

const char *iw_blind_reason(unsigned long fs_type, const char **ret_name)
{
	for (size_t i = 0; i < IW_ARRAY_LEN(blind_types); i++) {
		if (blind_types[i].fs_type == fs_type) {
			*ret_name = blind_types[i].name;
			return blind_types[i].reason;
		}
	}
	return NULL;
}

/* ---- Overlays ---- */

/* The next layer's directory in an overlay's options, which are taken apart; or NULL. */
static const char *next_layer(char **options, char **layers)
{
	static const char *const keys[] = {
		"lowerdir=", "lowerdir+=", "upperdir=", "datadir+="};
	char *option;

	for (;;) {
		const char *layer = strsep(layers, ":");

		if (layer && *layer)
			return layer;
		if (layer)
			continue;
		option = strsep(options, ",");
		if (!option)
			return NULL;
		for (size_t i = 0; i < IW_ARRAY_LEN(keys); i++) {
			if (strncmp(option, keys[i], strlen(keys[i])) == 0)
				*layers = option + strlen(keys[i]);
		}
	}
}

struct path {
	const char *given;
	const char *real;
};

/* In a container the layers are out of everybody's reach, and there is nothing to say. */
static int warn_overlay(const struct iw_mount *overlay, const struct path *path,
			bool is_holder, struct iw_messages *messages)
{
	IW_AUTO_FREE char *text = strdup(overlay->options);
	char *options = text;
	char *layers = NULL;
	const char *layer;

	if (!text)
		return -ENOMEM;
	while ((layer = next_layer(&options, &layers))) {
		if (layer[0] != '/' || access(layer, F_OK) < 0)
			continue;
		if (is_holder) {
			iw_say(messages, IW_WARNING,
			       "%s is on an overlay: changes made directly in its layer "
			       "%s are not seen",
			       path->given, layer);
			return 0;
		}
		if (iw_mount_path_below(path->real, layer)) {
			iw_say(messages, IW_WARNING,
			       "%s is in a layer of the overlay %s: changes made through "
			       "the overlay are not all seen",
			       path->given, overlay->point);
			return 0;
		}
	}
	return 0;
}

static int warn_overlays(const struct iw_mount_table *mounts, const struct path *path,
			 struct iw_messages *messages)
{
	const struct iw_mount *holder = iw_mount_table_find(mounts, path->real);
	int r = 0;

	for (size_t i = 0; i < mounts->len && r == 0; i++) {
		const struct iw_mount *mount = &mounts->items[i];

		if (strcmp(mount->type, "overlay") == 0)
			r = warn_overlay(mount, path, mount == holder, messages);
	}
	return r;
}

/* ---- PATHs ---- */

struct round {
	struct iw_messages *messages;
	const struct iw_mount_table *mounts;
	struct iw_intmap said; /* devices that a warning was said about */
};

static int warn_path(struct round *round, const char *given)
{
	char real[PATH_MAX];
	const struct path path = {.given = given, .real = real};
	const char *name;
	struct statfs fs;
	struct stat st;

	/* What is not there, or cannot be reached, is told by the watcher. */
	if (stat(given, &st) < 0 || statfs(given, &fs) < 0)
		return 0;
	if (iw_intmap_get(&round->said, iw_walk_device(&st)))
		return 0;
	const char *reason = iw_blind_reason((uint32_t)fs.f_type, &name);
	int r = 0;
	if (reason)
		iw_say(round->messages, IW_WARNING, "%s is on %s: %s", given, name,
		       reason);
	else if (realpath(given, real))
		r = warn_overlays(round->mounts, &path, round->messages);
	return r < 0 || !reason ? r : iw_intmap_put(&round->said, iw_walk_device(&st), 1);
}

static int read_mounts(struct iw_mount_table *table)
{
	IW_AUTO_CLOSE int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	const int r = fd < 0 ? 0 : iw_mount_table_read(table, fd);

	return r == -ENOMEM ? r : 0;
}

int iw_blind_warn(const struct iw_options *options, const struct iw_mount_table *mounts,
		  struct iw_messages *messages)
{
	struct iw_mount_table read = IW_MOUNT_TABLE_INIT;
	struct round round = {.messages = messages, .mounts = mounts ? mounts : &read};
	int r = mounts ? 0 : read_mounts(&read);

	for (size_t i = 0; i < options->paths.len && r == 0; i++)
		r = warn_path(&round, options->paths.items[i].bytes);
	iw_intmap_done(&round.said);
	iw_mount_table_done(&read);
	return r;
}
