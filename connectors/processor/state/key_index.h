/* key_index.h - from key bytes to the entry of a store.
 *
 * Entries belong to the store and begin with a `struct weir_key_head`; their key bytes stand at a
 * fixed offset. Open addressing with linear probing, 16 bytes a slot, shrinks when it empties.
 * Threads: one owner. Allocates: its slots. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_KEY_INDEX_H
#define WEIR_PROCESSOR_STATE_KEY_INDEX_H

#include "core/base/bytes.h"

#include <stddef.h>
#include <stdint.h>

struct weir_key_head {
    uint32_t hash; /* weir_key_hash of the key */
    uint32_t key_bytes;
};

struct weir_key_slot {
    struct weir_key_head *entry; /* NULL: empty */
    uint32_t hash;
};

struct weir_key_index {
    struct weir_key_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
    size_t key_offset; /* of the key bytes in an entry */
};

uint32_t weir_key_hash(struct weir_bytes key);

/* A zeroed index with key_offset set is empty and ready. Entries are not touched. */
void weir_key_index_fini(struct weir_key_index *index);
struct weir_key_head *weir_key_index_get(const struct weir_key_index *index, struct weir_bytes key,
                                         uint32_t hash);
/* The key must not be there yet. */
void weir_key_index_add(struct weir_key_index *index, struct weir_key_head *entry);
/* The same key, at another place in memory. */
void weir_key_index_replace(struct weir_key_index *index, const struct weir_key_head *old,
                            struct weir_key_head *entry);
void weir_key_index_remove(struct weir_key_index *index, const struct weir_key_head *entry);
size_t weir_key_index_bytes(const struct weir_key_index *index);

static inline struct weir_bytes weir_key_index_key(const struct weir_key_index *index,
                                                   const struct weir_key_head *entry)
{
    return (struct weir_bytes){(const uint8_t *)entry + index->key_offset, entry->key_bytes};
}

#endif
