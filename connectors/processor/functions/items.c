/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/items.h"

#include <string.h>

struct weir_value *weir_items_copy(struct weir_value *into, const struct weir_value *from,
                                   size_t count)
{
    if (count > 0) {
        memcpy(into, from, count * sizeof *into);
    }
    return into + count;
}

/* Merge sort. */
static void sort(struct weir_value *items, struct weir_value *scratch, size_t count,
                 weir_items_compare_fn compare)
{
    if (count < 2) {
        return;
    }
    size_t half = count / 2, left = 0, right = half;
    sort(items, scratch, half, compare);
    sort(items + half, scratch, count - half, compare);
    for (size_t i = 0; i < count; i++) {
        bool from_left =
            right == count || (left < half && compare(&items[left], &items[right]) <= 0);
        scratch[i] = items[from_left ? left++ : right++];
    }
    memcpy(items, scratch, count * sizeof *items);
}

void weir_items_sort(struct weir_value *items, size_t count, weir_items_compare_fn compare,
                     struct weir_arena *arena)
{
    sort(items, weir_arena_alloc(arena, (count + 1) * sizeof *items), count, compare);
}

int weir_items_ascending(const struct weir_value *a, const struct weir_value *b)
{
    bool unordered;
    if (weir_value_is_null(a) || weir_value_is_null(b)) {
        return (int)weir_value_is_null(a) - (int)weir_value_is_null(b);
    }
    return weir_value_compare(a, b, &unordered);
}

int weir_items_descending(const struct weir_value *a, const struct weir_value *b)
{
    return weir_value_is_null(a) || weir_value_is_null(b) ? weir_items_ascending(a, b)
                                                          : weir_items_ascending(b, a);
}
