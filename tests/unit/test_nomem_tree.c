/* SPDX-License-Identifier: MIT */
/*
 * Lets each allocation of the tree fail in turn: it must then say -ENOMEM and hold what
 * it held, in the same order.
 */
#include "core/tree.h"
#include "failing_memory.h"

struct tree_case {
	struct iw_tree *tree;
	uint32_t root;
	uint32_t next_root; /* stands behind root, to show that the order stays */
	uint32_t node;
};

static int add_node(void *context, uint32_t i)
{
	struct tree_case *test = context;
	char name[32];

	return iw_tree_add(test->tree, test->root, name, spell(i, name, sizeof(name)),
			   &test->node);
}

static bool is_add_undone(void *context, uint32_t i)
{
	struct tree_case *test = context;
	const uint32_t newest = iw_tree_node(test->tree, test->root)->first_child;
	char name[32];

	return iw_tree_count(test->tree) == i + 1 &&
	       newest == (i == 1 ? 0 : test->node) &&
	       !iw_tree_find_child(test->tree, test->root, name,
				   spell(i, name, sizeof(name))) &&
	       iw_tree_find_child(test->tree, test->root, name,
				  spell(i - 1, name, sizeof(name))) == newest;
}

static int bind_node(void *context, uint32_t i)
{
	struct tree_case *test = context;
	char name[32];
	const uint32_t node = iw_tree_find_child(test->tree, test->root, name,
						 spell(i, name, sizeof(name)));

	return iw_tree_bind(test->tree, node, (int32_t)i);
}

static bool is_bind_undone(void *context, uint32_t i)
{
	struct tree_case *test = context;
	char name[32];
	const uint32_t node = iw_tree_find_child(test->tree, test->root, name,
						 spell(i, name, sizeof(name)));

	return iw_tree_node(test->tree, node)->wd == 0 &&
	       !iw_tree_find_wd(test->tree, (int32_t)i);
}

/* The root, so that its place among the roots would tell if it had been taken out. */
static int rename_root(void *context, uint32_t i IW_UNUSED)
{
	struct tree_case *test = context;

	return iw_tree_move(test->tree, test->root, IW_NO_NODE, "a-name-for-the-heap",
			    19);
}

static bool is_rename_undone(void *context, uint32_t generation)
{
	struct tree_case *test = context;
	const struct iw_node *root = iw_tree_node(test->tree, test->root);

	return iw_tree_first_root(test->tree) == test->root &&
	       root->next == test->next_root && root->name_len == 1 &&
	       iw_node_name(root)[0] == 'r' &&
	       iw_tree_generation(test->tree) == generation;
}

/* In the middle of its siblings: the walk keeps its order too. */
static int move_node(void *context, uint32_t i IW_UNUSED)
{
	struct tree_case *test = context;

	return iw_tree_move(test->tree, test->node, test->next_root,
			    "a-name-for-the-heap", 19);
}

static bool is_move_undone(void *context, uint32_t i)
{
	struct tree_case *test = context;
	const struct iw_node *node = iw_tree_node(test->tree, test->node);
	char name[32];

	return node->parent == test->root && node->prev && node->next &&
	       iw_tree_node(test->tree, node->prev)->next == test->node &&
	       iw_tree_find_child(test->tree, test->root, name,
				  spell(i, name, sizeof(name))) == test->node;
}

static int new_case(void *context, uint32_t i IW_UNUSED)
{
	struct tree_case *test = context;

	return iw_tree_new(&test->tree);
}

static bool is_case_empty(void *context, uint32_t i IW_UNUSED)
{
	return !((struct tree_case *)context)->tree;
}

static void a_tree_is_unchanged(void **state IW_UNUSED)
{
	struct tree_case test = {0};
	char name[32];

	assert_int_equal(insist(new_case, is_case_empty, &test, 0), 1);
	assert_int_equal(iw_tree_add(test.tree, IW_NO_NODE, "r", 1, &test.root), 0);
	assert_int_equal(iw_tree_add(test.tree, IW_NO_NODE, "s", 1, &test.next_root), 0);
	assert_true(insist_on_many(add_node, is_add_undone, &test) > MANY / 3);
	assert_in_range(insist_on_many(bind_node, is_bind_undone, &test), 8, 12);
	test.node = iw_tree_find_child(test.tree, test.root, name,
				       spell(1000, name, sizeof(name)));
	assert_int_equal(insist(move_node, is_move_undone, &test, 1000), 1);
	assert_int_equal(insist(rename_root, is_rename_undone, &test,
				(uint32_t)iw_tree_generation(test.tree)),
			 1);
	iw_tree_free(test.tree);
}

static void a_path_is_whole_or_absent(void **state IW_UNUSED)
{
	IW_AUTO_BUFFER struct iw_buffer path = IW_BUFFER_INIT;
	struct iw_tree *tree = NULL;
	uint32_t root = IW_NO_NODE;
	size_t root_len = 4711;

	assert_int_equal(iw_tree_new(&tree), 0);
	assert_int_equal(iw_tree_add(tree, IW_NO_NODE, "r", 1, &root), 0);
	allocations_left = 0;
	assert_int_equal(iw_tree_append_path(tree, root, &path, &root_len), -ENOMEM);
	allocations_left = -1;
	assert_int_equal(root_len, 4711);
	assert_int_equal(path.len, 0);
	iw_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_is_unchanged),
		cmocka_unit_test(a_path_is_whole_or_absent),
	};

	return cmocka_run_group_tests_name("nomem tree", tests, NULL, NULL);
}
