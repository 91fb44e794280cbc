/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/json_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_arena *arena = weir_arena_create(4096);
    struct weir_error err = {0};
    const struct weir_json_tree *tree =
        weir_json_tree_parse(arena, (struct weir_bytes){data, bytes}, &err);
    weir_json_tree_integer(weir_json_tree_member(tree, "timestamp"));
    weir_arena_destroy(arena);
    return 0;
}
