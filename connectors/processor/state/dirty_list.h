/* dirty_list.h - the entries of a store that changed since the last commit, each once, in order of
 * their first change.
 *
 * An entry holds its place in the list as a uint32_t (0: clean, else place + 1), so that it can
 * move in memory or leave.
 * Threads: one owner. Allocates: by doubling. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_DIRTY_LIST_H
#define WEIR_PROCESSOR_STATE_DIRTY_LIST_H

#include "core/base/alloc.h"

#include <stdint.h>

struct weir_dirty_list {
    void **entries; /* NULL: it left */
    uint32_t count, capacity;
};

/* place: the entry's own. */
static inline void weir_dirty_list_add(struct weir_dirty_list *list, void *entry, uint32_t *place)
{
    if (*place != 0) {
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 16;
        list->entries = weir_realloc(list->entries, list->capacity * sizeof *list->entries);
    }
    list->entries[list->count++] = entry;
    *place = list->count;
}

static inline void weir_dirty_list_move(struct weir_dirty_list *list, void *entry, uint32_t place)
{
    if (place != 0) {
        list->entries[place - 1] = entry;
    }
}

static inline void weir_dirty_list_remove(struct weir_dirty_list *list, uint32_t place)
{
    weir_dirty_list_move(list, NULL, place);
    if (place != 0 && place == list->count) {
        list->count--;
    }
}

static inline void weir_dirty_list_fini(struct weir_dirty_list *list)
{
    weir_free(list->entries);
    *list = (struct weir_dirty_list){0};
}

#endif
