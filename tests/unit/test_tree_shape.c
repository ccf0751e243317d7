/* SPDX-License-Identifier: MIT */
/*
 * What the tree owes for unusual shapes: depth, width, roots as people write them, and
 * what a directory costs.
 */
#include "core/tree.h"

#include <inttypes.h>
#include <stdio.h>

#include "text_support.h"

enum { MANY = 100000 };

static struct iw_tree *new_tree(void)
{
	struct iw_tree *tree = NULL;

	assert_int_equal(iw_tree_new(&tree), 0);
	return tree;
}

static uint32_t add(struct iw_tree *tree, uint32_t parent, const char *name)
{
	uint32_t id = IW_NO_NODE;

	assert_int_equal(iw_tree_add(tree, parent, name, strlen(name), &id), 0);
	return id;
}

static void assert_path(const struct iw_tree *tree, uint32_t node, const char *wanted,
			size_t wanted_root_len)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	size_t root_len = SIZE_MAX;

	assert_int_equal(iw_tree_append_path(tree, node, &path, &root_len), 0);
	assert_buffer(&path, wanted, strlen(wanted));
	assert_int_equal(root_len, wanted_root_len);
}

static void paths_join_by_single_slashes(void **state IW_UNUSED)
{
	static const struct {
		const char *root;
		const char *child;
		const char *grandchild;
	} cases[] = {
		{"d", "d/a", "d/a/b"},
		{"d//", "d//a", "d//a/b"},
		{"/", "/a", "/a/b"},
		{".", "./a", "./a/b"},
		{"/d/e/", "/d/e/a", "/d/e/a/b"},
		{"..", "../a", "../a/b"},
		{"", "/a", "/a/b"},
	};

	for (size_t i = 0; i < IW_ARRAY_LEN(cases); i++) {
		struct iw_tree *tree = new_tree();
		const uint32_t root = add(tree, IW_NO_NODE, cases[i].root);
		const uint32_t child = add(tree, root, "a");
		const uint32_t grandchild = add(tree, child, "b");
		const size_t root_len = strlen(cases[i].root);

		assert_path(tree, root, cases[i].root, root_len);
		assert_path(tree, child, cases[i].child, root_len);
		assert_path(tree, grandchild, cases[i].grandchild, root_len);
		iw_tree_free(tree);
	}
}

static void assert_roots(const struct iw_tree *tree, const char *wanted)
{
	char names[32] = "";
	uint32_t last = IW_NO_NODE;

	for (uint32_t root = iw_tree_first_root(tree); root;
	     root = iw_tree_node(tree, root)->next) {
		const struct iw_node *node = iw_tree_node(tree, root);

		strncat(names, iw_node_name(node), node->name_len);
		assert_int_equal(node->prev, last);
		last = root;
	}
	assert_string_equal(names, wanted);
}

static void roots_keep_their_order(void **state IW_UNUSED)
{
	struct iw_tree *tree = new_tree();

	assert_int_equal(iw_tree_first_root(tree), IW_NO_NODE);
	const uint32_t a = add(tree, IW_NO_NODE, "a");
	const uint32_t b = add(tree, IW_NO_NODE, "b");
	const uint32_t c = add(tree, IW_NO_NODE, "c");
	const uint32_t d = add(tree, IW_NO_NODE, "d");
	assert_roots(tree, "abcd");
	iw_tree_remove(tree, b);
	assert_roots(tree, "acd");
	add(tree, IW_NO_NODE, "e"); /* it has b's number now, but not its place */
	assert_roots(tree, "acde");
	iw_tree_remove(tree, a);
	assert_roots(tree, "cde");
	assert_int_equal(iw_tree_move(tree, d, c, "d", 1), 0);
	assert_roots(tree, "ce");
	assert_int_equal(iw_tree_move(tree, d, IW_NO_NODE, "f", 1), 0);
	assert_roots(tree, "cef");
	iw_tree_remove(tree, d);
	assert_roots(tree, "ce");
	add(tree, IW_NO_NODE, "c"); /* the same PATH twice is two roots */
	assert_roots(tree, "cec");
	assert_int_equal(iw_tree_find_child(tree, IW_NO_NODE, "c", 1), IW_NO_NODE);
	iw_tree_free(tree);
}

/* Recursion over this chain would need more stack than there is. */
static void a_deep_chain_comes_and_goes(void **state IW_UNUSED)
{
	struct iw_tree *tree = new_tree();
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	const uint32_t root = add(tree, IW_NO_NODE, "r");

	for (int round = 0; round < 2; round++) {
		const uint32_t top = add(tree, root, "d");
		uint32_t last = top;
		size_t depth;
		size_t root_len;
		size_t walked = 1;

		for (int32_t i = 1; i < MANY; i++) {
			last = add(tree, last, "d");
			assert_int_equal(iw_tree_bind(tree, last, i), 0);
		}
		assert_int_equal(iw_tree_root_of(tree, last, &depth), root);
		assert_int_equal(depth, MANY);
		assert_true(iw_tree_is_below(tree, last, top));
		assert_false(iw_tree_is_below(tree, top, last));
		for (uint32_t id = top; (id = iw_tree_next(tree, top, id)); walked++)
			;
		assert_int_equal(walked, MANY);
		iw_buffer_clear(&path);
		assert_int_equal(iw_tree_append_path(tree, last, &path, &root_len), 0);
		assert_int_equal(path.len, 1 + 2 * MANY);
		iw_tree_remove(tree, top);
		assert_int_equal(iw_tree_count(tree), 1);
		assert_int_equal(iw_tree_find_wd(tree, 1), IW_NO_NODE);
		assert_int_equal(iw_tree_find_wd(tree, MANY - 1), IW_NO_NODE);
	}
	iw_tree_free(tree);
}

/* A hundred directories with a thousand each; with names of twelve bytes. */
static void fill(struct iw_tree *tree, uint32_t top)
{
	char name[32];
	uint32_t parent = IW_NO_NODE;

	for (int32_t i = 0; i < MANY; i++) {
		const bool is_parent = i % 1000 == 0;

		snprintf(name, sizeof(name), "dir-%08" PRId32, i);
		const uint32_t id = add(tree, is_parent ? top : parent, name);
		assert_int_equal(iw_tree_bind(tree, id, i + 2), 0);
		if (is_parent)
			parent = id;
	}
}

static void a_directory_costs_a_hundred_bytes(void **state IW_UNUSED)
{
	struct iw_tree *tree = new_tree();
	const uint32_t root = add(tree, IW_NO_NODE, "r");

	fill(tree, root);
	const double each = (double)iw_tree_bytes(tree) / (double)iw_tree_count(tree);
	assert_int_equal(iw_tree_count(tree), MANY + 1);
	print_message("%.1f bytes a directory, %zu in a node\n", each,
		      sizeof(struct iw_node));
	assert_true(each <= 100);
	assert_true(each >= sizeof(struct iw_node));

	/* What was removed is used again, so that coming and going costs no more. */
	const size_t bytes = iw_tree_bytes(tree);
	uint32_t id;
	while ((id = iw_tree_node(tree, root)->first_child))
		iw_tree_remove(tree, id);
	fill(tree, root);
	assert_int_equal(iw_tree_bytes(tree), bytes);
	iw_tree_free(tree);
}

static void long_names_are_counted(void **state IW_UNUSED)
{
	static const char name[] = "0123456789abcdefg";
	struct iw_tree *tree = new_tree();
	const uint32_t root = add(tree, IW_NO_NODE, "r");
	const size_t bytes = iw_tree_bytes(tree);
	uint32_t id;

	assert_int_equal(iw_tree_add(tree, root, name, 16, &id), 0);
	assert_int_equal(iw_tree_bytes(tree), bytes);
	assert_int_equal(iw_tree_move(tree, id, root, name, 17), 0);
	assert_int_equal(iw_tree_bytes(tree), bytes + 17);
	assert_int_equal(iw_tree_find_child(tree, root, name, 16), IW_NO_NODE);
	assert_int_equal(iw_tree_find_child(tree, root, name, 17), id);
	assert_int_equal(iw_tree_move(tree, id, root, name, 15), 0);
	assert_int_equal(iw_tree_bytes(tree), bytes);
	assert_int_equal(iw_tree_move(tree, id, root, name, 17), 0);
	iw_tree_remove(tree, id);
	assert_int_equal(iw_tree_bytes(tree), bytes);
	iw_tree_free(tree);
}

/* The name given may be the node's own: the same directory under another parent. */
static void moves_under_its_own_name(void **state IW_UNUSED)
{
	static const char *const names[] = {"x", "0123456789abcdef", "0123456789abcdefg"};

	for (size_t i = 0; i < IW_ARRAY_LEN(names); i++) {
		struct iw_tree *tree = new_tree();
		const uint32_t root = add(tree, IW_NO_NODE, "r");
		const uint32_t parent = add(tree, root, "p");
		const uint32_t id = add(tree, root, names[i]);
		const struct iw_node *node = iw_tree_node(tree, id);
		char wanted[64];

		assert_int_equal(iw_tree_move(tree, id, parent, iw_node_name(node),
					      node->name_len),
				 0);
		snprintf(wanted, sizeof(wanted), "r/p/%s", names[i]);
		assert_path(tree, id, wanted, 1);
		iw_tree_free(tree);
	}
}

static void a_move_touches_nothing_below(void **state IW_UNUSED)
{
	struct iw_tree *tree = new_tree();
	const uint32_t root = add(tree, IW_NO_NODE, "r");
	const uint32_t old_parent = add(tree, root, "old");
	const uint32_t new_parent = add(tree, root, "new");
	const uint32_t top = add(tree, old_parent, "top");

	assert_int_equal(iw_tree_bind(tree, top, 1), 0);
	fill(tree, top);
	struct iw_node *before = calloc(MANY, sizeof(*before));
	assert_non_null(before);
	size_t i = 0;
	for (uint32_t id = top; (id = iw_tree_next(tree, top, id));)
		before[i++] = *iw_tree_node(tree, id);
	assert_int_equal(i, MANY);

	assert_int_equal(iw_tree_move(tree, top, new_parent, "renamed", 7), 0);
	i = 0;
	for (uint32_t id = top; (id = iw_tree_next(tree, top, id)); i++)
		assert_memory_equal(&before[i], iw_tree_node(tree, id), sizeof(*before));
	assert_int_equal(i, MANY);

	const uint32_t child = iw_tree_find_wd(tree, 3);
	assert_path(tree, child, "r/new/renamed/dir-00000000/dir-00000001", 1);
	assert_int_equal(iw_tree_find_wd(tree, 1), top);
	assert_int_equal(iw_tree_find_child(tree, old_parent, "top", 3), IW_NO_NODE);
	assert_int_equal(iw_tree_node(tree, old_parent)->first_child, IW_NO_NODE);
	free(before);
	iw_tree_free(tree);
}

/* Names inside the node and on the heap, in one directory and in two. */
static void swapped_nodes_keep_what_is_below(void **state IW_UNUSED)
{
	static const char long_name[] =
		"a-name-that-is-longer-than-the-node-has-room-for";
	struct iw_tree *tree = NULL;
	uint32_t root;
	uint32_t one;
	uint32_t other;
	uint32_t below;

	assert_int_equal(iw_tree_new(&tree), 0);
	assert_int_equal(iw_tree_add(tree, IW_NO_NODE, "r", 1, &root), 0);
	assert_int_equal(iw_tree_add(tree, root, "one", 3, &one), 0);
	assert_int_equal(iw_tree_add(tree, root, long_name, strlen(long_name), &other),
			 0);
	assert_int_equal(iw_tree_add(tree, other, "x", 1, &below), 0);
	assert_int_equal(iw_tree_bind(tree, other, 7), 0);

	iw_tree_swap(tree, one, other);
	assert_path(tree, other, "r/one", 1);
	assert_path(tree, below, "r/one/x", 1);
	assert_path(tree, one, "r/a-name-that-is-longer-than-the-node-has-room-for", 1);
	assert_int_equal(iw_tree_find_child(tree, root, "one", 3), other);
	assert_int_equal(iw_tree_find_wd(tree, 7), other);

	uint32_t deep;
	assert_int_equal(iw_tree_add(tree, one, "deep", 4, &deep), 0);
	iw_tree_swap(tree, deep, other);
	assert_path(tree, deep, "r/one", 1);
	assert_int_equal(iw_tree_find_child(tree, one, "deep", 4), other);
	assert_int_equal(iw_tree_find_child(tree, root, "one", 3), deep);
	iw_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_join_by_single_slashes),
		cmocka_unit_test(roots_keep_their_order),
		cmocka_unit_test(a_deep_chain_comes_and_goes),
		cmocka_unit_test(a_directory_costs_a_hundred_bytes),
		cmocka_unit_test(long_names_are_counted),
		cmocka_unit_test(moves_under_its_own_name),
		cmocka_unit_test(a_move_touches_nothing_below),
		cmocka_unit_test(swapped_nodes_keep_what_is_below),
	};

	return cmocka_run_group_tests_name("tree shape", tests, NULL, NULL);
}
