/* held_value.h - values that outlive their row, in heap memory that is used again.
 *
 * Threads: one owner. Allocates: the heap, when a value needs more room than the last one. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_HELD_VALUE_H
#define WEIR_PROCESSOR_FUNCTIONS_HELD_VALUE_H

#include "connectors/processor/values/value.h"

/* One value. Zeroed: NULL. */
struct weir_held_value {
    struct weir_value value;
    void *memory;
    size_t capacity;
};

void weir_held_set(struct weir_held_value *held, const struct weir_value *value);
void weir_held_fini(struct weir_held_value *held);

/* A list of values, in order; items can be read as an ARRAY's. Zeroed: empty. */
struct weir_held_list {
    struct weir_value *items;
    uint32_t count, capacity;
    struct weir_held_block *blocks; /* text and parts of the items */
    size_t live_bytes, block_bytes; /* of the blocks: used by items, and in all */
};

void weir_held_list_fini(struct weir_held_list *list);
void weir_held_list_append(struct weir_held_list *list, const struct weir_value *value);
void weir_held_list_insert(struct weir_held_list *list, uint32_t index,
                           const struct weir_value *value);
void weir_held_list_remove(struct weir_held_list *list, uint32_t index);
size_t weir_held_list_bytes(const struct weir_held_list *list);

/* A list without equal values (weir_value_equal), found by hash. Zeroed: empty. */
struct weir_held_set {
    struct weir_held_list list;
    uint32_t *slots; /* item + 1; made when there are many */
    uint32_t slot_count;
};

void weir_held_set_fini(struct weir_held_set *set);
/* Its place in the list, or UINT32_MAX. */
uint32_t weir_held_set_find(const struct weir_held_set *set, const struct weir_value *value);
/* Those behind it move up. */
void weir_held_set_remove(struct weir_held_set *set, uint32_t index);
/* The value is not in it. Returns its place. */
uint32_t weir_held_set_add(struct weir_held_set *set, const struct weir_value *value);

#endif
