/* items.h - the items of arrays and maps, copied and sorted.
 * Threads: any. Allocates: in the given arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_ITEMS_H
#define WEIR_PROCESSOR_FUNCTIONS_ITEMS_H

#include "connectors/processor/values/value.h"
#include "core/base/arena.h"

#include <stddef.h>

/* Returns what follows the copies. */
struct weir_value *weir_items_copy(struct weir_value *into, const struct weir_value *from,
                                   size_t count);

typedef int (*weir_items_compare_fn)(const struct weir_value *a, const struct weir_value *b);
/* Stable, as Java's List.sort. */
void weir_items_sort(struct weir_value *items, size_t count, weir_items_compare_fn compare,
                     struct weir_arena *arena);

/* Natural order and its reverse; NULL last in both. */
int weir_items_ascending(const struct weir_value *a, const struct weir_value *b);
int weir_items_descending(const struct weir_value *a, const struct weir_value *b);

#endif
