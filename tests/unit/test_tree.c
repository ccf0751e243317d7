/* SPDX-License-Identifier: MIT */
/*
 * The tree against a naive model: an array of parents, names and watch descriptors that
 * is searched from end to end.
 */
#include "core/tree.h"

#include <errno.h>

#include "text_support.h"

enum { MODEL_LEN = 2048, LONGEST = UINT16_MAX, WD_END = 4000, STEPS = 240000 };

struct model_node {
	bool is_alive;
	uint32_t parent;
	char *name;
	size_t name_len;
	int32_t wd;
	uint16_t flags;
};

/* The model is indexed by the tree's numbers, which are small as long as they are few. */
struct world {
	struct iw_tree *tree;
	struct model_node nodes[MODEL_LEN];
	uint32_t end; /* above the largest number in use */
	size_t count;
	size_t most_ever;
	uint32_t roots[MODEL_LEN]; /* in the order of adding */
	size_t root_count;
	uint64_t generation;
	uint64_t random;
	char name[LONGEST + 1];
	size_t name_len;
};

static uint32_t below(struct world *world, uint32_t end)
{
	return next_random(&world->random) % end;
}

/* Short ones meet often; others lie around what fits into a node; a few are huge. */
static void invent_name(struct world *world, bool is_root)
{
	const uint32_t choice = below(world, 100000);
	size_t len;

	if (choice < 60000)
		len = below(world, 4);
	else if (choice < 80000)
		len = 14 + below(world, 5);
	else if (choice < 99980)
		len = below(world, 301);
	else
		len = choice % 2 ? LONGEST : LONGEST + 1;
	for (size_t i = 0; i < len; i++) {
		char byte = (char)(choice < 60000 ? 'a' + below(world, 3)
						  : below(world, 256));

		world->name[i] = byte == '/' && !is_root ? '.' : byte;
	}
	if (is_root && len && below(world, 3) == 0)
		world->name[len - 1] = '/';
	world->name_len = len;
}

/* A number of a living node, or IW_NO_NODE if there is none. */
static uint32_t any_node(struct world *world)
{
	if (world->count == 0)
		return IW_NO_NODE;
	uint32_t id = below(world, world->end);
	while (!world->nodes[id].is_alive)
		id = (id + 1) % world->end;
	return id;
}

static uint32_t model_child(const struct world *world, uint32_t parent)
{
	for (uint32_t id = 1; id < world->end; id++) {
		const struct model_node *node = &world->nodes[id];

		if (node->is_alive && node->parent == parent &&
		    node->name_len == world->name_len &&
		    memcmp(node->name, world->name, world->name_len) == 0)
			return id;
	}
	return IW_NO_NODE;
}

static uint32_t model_wd(const struct world *world, int32_t wd)
{
	for (uint32_t id = 1; id < world->end; id++) {
		if (world->nodes[id].is_alive && world->nodes[id].wd == wd)
			return id;
	}
	return IW_NO_NODE;
}

static bool model_is_below(const struct world *world, uint32_t id, uint32_t top)
{
	for (; id; id = world->nodes[id].parent) {
		if (id == top)
			return true;
	}
	return false;
}

static void model_forget_root(struct world *world, uint32_t id)
{
	for (size_t i = 0; i < world->root_count; i++) {
		if (world->roots[i] != id)
			continue;
		world->root_count--;
		memmove(&world->roots[i], &world->roots[i + 1],
			(world->root_count - i) * sizeof(world->roots[0]));
		return;
	}
}

static void model_place(struct world *world, uint32_t id, uint32_t parent)
{
	struct model_node *node = &world->nodes[id];

	free(node->name);
	node->name = malloc(world->name_len + 1);
	assert_non_null(node->name);
	memcpy(node->name, world->name, world->name_len);
	node->name_len = world->name_len;
	node->parent = parent;
	if (parent == IW_NO_NODE)
		world->roots[world->root_count++] = id;
}

static void model_remove(struct world *world, uint32_t top)
{
	bool is_doomed[MODEL_LEN] = {false};

	for (uint32_t id = 1; id < world->end; id++)
		is_doomed[id] =
			world->nodes[id].is_alive && model_is_below(world, id, top);
	model_forget_root(world, top);
	for (uint32_t id = 1; id < world->end; id++) {
		if (!is_doomed[id])
			continue;
		free(world->nodes[id].name);
		world->nodes[id] = (struct model_node){0};
		world->count--;
	}
	while (world->end > 1 && !world->nodes[world->end - 1].is_alive)
		world->end--;
}

static void do_add(struct world *world, size_t most)
{
	const uint32_t parent = below(world, 50) ? any_node(world) : IW_NO_NODE;
	uint32_t id = UINT32_MAX;

	invent_name(world, parent == IW_NO_NODE);
	if (world->count >= most || (parent && model_child(world, parent)))
		return;
	const int r = iw_tree_add(world->tree, parent, world->name, world->name_len, &id);
	if (world->name_len > LONGEST) {
		assert_int_equal(r, -ENAMETOOLONG);
		assert_int_equal(id, UINT32_MAX);
		return;
	}
	assert_int_equal(r, 0);
	assert_in_range(id, 1, MODEL_LEN - 1);
	assert_false(world->nodes[id].is_alive);
	assert_int_equal(iw_tree_node(world->tree, id)->flags, 0);
	assert_int_equal(iw_tree_node(world->tree, id)->wd, 0);
	assert_int_equal(iw_tree_node(world->tree, id)->inode, 0);
	world->nodes[id].is_alive = true;
	world->nodes[id].flags = (uint16_t)below(world, 65536);
	iw_tree_node(world->tree, id)->flags = world->nodes[id].flags;
	iw_tree_node(world->tree, id)->inode = id * UINT64_C(0x100000001);
	if (id >= world->end)
		world->end = id + 1;
	if (++world->count > world->most_ever)
		world->most_ever = world->count;
	model_place(world, id, parent);
}

static void do_remove(struct world *world)
{
	const uint32_t id = any_node(world);

	if (!id)
		return;
	iw_tree_remove(world->tree, id);
	model_remove(world, id);
	assert_true(iw_tree_generation(world->tree) > world->generation);
}

static void do_move(struct world *world)
{
	const uint32_t id = any_node(world);
	const uint32_t parent = below(world, 40) ? any_node(world) : IW_NO_NODE;

	invent_name(world, parent == IW_NO_NODE);
	if (!id || model_is_below(world, parent, id) ||
	    (parent && model_child(world, parent)))
		return;
	const int r = iw_tree_move(world->tree, id, parent, world->name, world->name_len);
	if (world->name_len > LONGEST) {
		assert_int_equal(r, -ENAMETOOLONG);
		return;
	}
	assert_int_equal(r, 0);
	assert_true(iw_tree_generation(world->tree) > world->generation);
	model_forget_root(world, id);
	model_place(world, id, parent);
}

static void do_bind(struct world *world)
{
	const uint32_t id = any_node(world);
	const int32_t wd = (int32_t)below(world, WD_END) + 1;

	if (!id || world->nodes[id].wd || model_wd(world, wd))
		return;
	assert_int_equal(iw_tree_bind(world->tree, id, wd), 0);
	world->nodes[id].wd = wd;
}

static void do_unbind(struct world *world)
{
	const uint32_t id = any_node(world);

	if (!id)
		return;
	iw_tree_unbind(world->tree, id);
	world->nodes[id].wd = 0;
}

/* The path by the model: ret_depth counts how many names are below the root. */
static void model_path(const struct world *world, uint32_t id, struct iw_buffer *buffer,
		       size_t *ret_depth)
{
	const struct model_node *node = &world->nodes[id];

	*ret_depth = 0;
	if (node->parent) {
		const struct model_node *parent = &world->nodes[node->parent];

		model_path(world, node->parent, buffer, ret_depth);
		++*ret_depth;
		if (!parent->name_len || parent->name[parent->name_len - 1] != '/')
			assert_int_equal(iw_buffer_append_char(buffer, '/'), 0);
	}
	assert_int_equal(iw_buffer_append(buffer, node->name, node->name_len), 0);
}

static void check_place(struct world *world, uint32_t id)
{
	IW_AUTO_BUFFER struct iw_buffer wanted = IW_BUFFER_INIT;
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	size_t wanted_depth;
	size_t depth;
	size_t root_len;
	uint32_t root = id;

	if (below(world, 2)) {
		assert_int_equal(iw_buffer_append_str(&wanted, "before:"), 0);
		assert_int_equal(iw_buffer_append_str(&path, "before:"), 0);
	}
	model_path(world, id, &wanted, &wanted_depth);
	assert_int_equal(iw_tree_append_path(world->tree, id, &path, &root_len), 0);
	assert_buffer(&path, wanted.data, wanted.len);
	while (world->nodes[root].parent)
		root = world->nodes[root].parent;
	assert_int_equal(iw_tree_root_of(world->tree, id, &depth), root);
	assert_int_equal(depth, wanted_depth);
	assert_int_equal(root_len, world->nodes[root].name_len);
}

static void check_some(struct world *world)
{
	const int32_t wd = (int32_t)below(world, WD_END + 2);
	const uint32_t id = any_node(world);
	const uint32_t other = any_node(world);

	assert_int_equal(iw_tree_find_wd(world->tree, wd),
			 wd > 0 ? model_wd(world, wd) : IW_NO_NODE);
	assert_int_equal(iw_tree_find_wd(world->tree, -wd), IW_NO_NODE);
	assert_int_equal(iw_tree_count(world->tree), world->count);
	if (!id)
		return;
	invent_name(world, false);
	if (world->name_len <= LONGEST)
		assert_int_equal(
			iw_tree_find_child(world->tree, id, world->name, world->name_len),
			model_child(world, id));
	assert_int_equal(iw_tree_is_below(world->tree, id, other),
			 model_is_below(world, id, other));
	check_place(world, id);
}

/* Walks over one root; returns how many nodes it has. */
static size_t check_walk(const struct world *world, uint32_t root, bool *is_seen)
{
	size_t count = 0;

	for (uint32_t id = root; id; id = iw_tree_next(world->tree, root, id)) {
		const struct model_node *wanted = &world->nodes[id];
		const struct iw_node *node = iw_tree_node(world->tree, id);

		count++;
		assert_true(wanted->is_alive && !is_seen[id]);
		is_seen[id] = true;
		assert_true(id == root || is_seen[wanted->parent]);
		assert_int_equal(node->parent, wanted->parent);
		assert_int_equal(node->wd, wanted->wd);
		assert_int_equal(node->flags, wanted->flags);
		assert_int_equal(node->inode, id * UINT64_C(0x100000001));
		assert_int_equal(node->name_len, wanted->name_len);
		assert_memory_equal(iw_node_name(node), wanted->name, wanted->name_len);
		if (wanted->parent)
			assert_int_equal(iw_tree_find_child(world->tree, wanted->parent,
							    wanted->name,
							    wanted->name_len),
					 id);
		if (wanted->wd)
			assert_int_equal(iw_tree_find_wd(world->tree, wanted->wd), id);
	}
	return count;
}

static void check_all(const struct world *world)
{
	bool is_seen[MODEL_LEN] = {false};
	uint32_t root = iw_tree_first_root(world->tree);
	size_t count = 0;

	for (size_t i = 0; i < world->root_count; i++) {
		assert_int_equal(root, world->roots[i]);
		count += check_walk(world, root, is_seen);
		root = iw_tree_node(world->tree, root)->next;
	}
	assert_int_equal(root, IW_NO_NODE);
	assert_int_equal(count, world->count);
}

static void do_something(struct world *world, size_t most)
{
	const uint32_t choice = below(world, 100);

	world->generation = iw_tree_generation(world->tree);
	if (choice < 45)
		do_add(world, most);
	else if (choice < 47)
		do_remove(world);
	else if (choice < 65)
		do_move(world);
	else if (choice < 85)
		do_bind(world);
	else
		do_unbind(world);
}

static void agrees_with_an_array(void **state IW_UNUSED)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->end = 1;
	world->random = 7;
	assert_int_equal(iw_tree_new(&world->tree), 0);
	for (size_t step = 0; step < STEPS; step++) {
		/* Mostly small, so that the array is quick; now and then two blocks. */
		do_something(world, step % 40000 < 36000 ? 150 : 1200);
		check_some(world);
		if (step % 500 == 0)
			check_all(world);
	}
	check_all(world);
	assert_true(world->most_ever > 1024); /* more than one block of nodes */
	iw_tree_free(world->tree);
	for (uint32_t id = 1; id < world->end; id++)
		free(world->nodes[id].name);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_an_array),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
