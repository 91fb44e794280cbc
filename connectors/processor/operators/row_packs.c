/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/row_packs.h"

#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"
#include "core/base/arena.h"
#include "core/base/hash_table.h"

#include <string.h>

enum {
    BLOCK_BYTES = 256 << 10,
    PACK_BYTES_MAX = 64 << 10,
    ALL_BYTES_MAX = 4 << 20,
    SLOTS_MIN = 64,
};

struct row {
    struct row *next;
    int64_t timestamp_ms;
    size_t len;
    uint8_t bytes[];
};

struct pack {
    struct pack *next; /* in the order of their first rows */
    uint64_t hash;
    struct weir_bytes key;
    struct row *first, **end;
    size_t bytes;
};

struct weir_row_packs {
    weir_row_pack_fn leave;
    void *context;
    struct weir_arena *arena;
    struct pack *first, **end, *last_used;
    struct pack **slots;
    size_t slot_count, pack_count;
    struct weir_buffer value;
};

struct weir_row_packs *weir_row_packs_create(weir_row_pack_fn leave, void *context)
{
    struct weir_row_packs *packs = weir_alloc(sizeof *packs);
    packs->leave = leave;
    packs->context = context;
    packs->arena = weir_arena_create(BLOCK_BYTES);
    packs->end = &packs->first;
    packs->slot_count = SLOTS_MIN;
    packs->slots = weir_alloc_array(packs->slot_count, sizeof *packs->slots);
    weir_buffer_init(&packs->value, SIZE_MAX);
    return packs;
}

void weir_row_packs_destroy(struct weir_row_packs *packs)
{
    if (packs) {
        weir_arena_destroy(packs->arena);
        weir_free(packs->slots);
        weir_buffer_fini(&packs->value);
        weir_free(packs);
    }
}

/* ---- by key ---- */

static struct pack **slot_of(struct weir_row_packs *packs, struct weir_bytes key, uint64_t hash)
{
    size_t mask = packs->slot_count - 1, place = hash & mask;
    while (packs->slots[place] && (packs->slots[place]->hash != hash ||
                                   !weir_bytes_equal(packs->slots[place]->key, key))) {
        place = (place + 1) & mask;
    }
    return &packs->slots[place];
}

static void grow(struct weir_row_packs *packs)
{
    weir_free(packs->slots);
    packs->slot_count *= 2;
    packs->slots = weir_alloc_array(packs->slot_count, sizeof *packs->slots);
    for (struct pack *pack = packs->first; pack; pack = pack->next) {
        *slot_of(packs, pack->key, pack->hash) = pack;
    }
}

static struct pack *pack_for(struct weir_row_packs *packs, struct weir_bytes key)
{
    if (packs->last_used && weir_bytes_equal(packs->last_used->key, key)) {
        return packs->last_used;
    }
    uint64_t hash = weir_hash(key.data, key.len);
    struct pack **slot = slot_of(packs, key, hash);
    if (!*slot) {
        struct pack *pack = weir_arena_calloc(packs->arena, 1, sizeof *pack);
        pack->hash = hash;
        pack->key = weir_arena_copy(packs->arena, key);
        pack->end = &pack->first;
        *packs->end = pack;
        packs->end = &pack->next;
        *slot = pack;
        packs->pack_count++;
    }
    packs->last_used = *slot;
    if (2 * packs->pack_count > packs->slot_count) {
        grow(packs);
    }
    return packs->last_used;
}

/* ---- leaving ---- */

static bool leave(struct weir_row_packs *packs, struct pack *pack, struct weir_error *err)
{
    const struct row *first = pack->first;
    if (!first) {
        return true;
    }
    if (!first->next) {
        return packs->leave(packs->context, pack->key, first->timestamp_ms,
                            (struct weir_bytes){first->bytes, first->len}, err);
    }
    weir_buffer_reset(&packs->value);
    weir_buffer_append_byte(&packs->value, WEIR_ROW_PACK_FORM);
    for (const struct row *row = first; row; row = row->next) {
        weir_codec_put_signed(row->timestamp_ms - first->timestamp_ms, &packs->value);
        weir_codec_put_unsigned(row->len, &packs->value);
        weir_buffer_append(&packs->value, row->bytes, row->len);
    }
    return packs->leave(packs->context, pack->key, first->timestamp_ms,
                        weir_buffer_view(&packs->value), err);
}

bool weir_row_packs_flush(struct weir_row_packs *packs, struct weir_error *err)
{
    for (struct pack *pack = packs->first; pack; pack = pack->next) {
        if (!leave(packs, pack, err)) {
            return false;
        }
    }
    if (packs->first) {
        memset(packs->slots, 0, packs->slot_count * sizeof *packs->slots);
        packs->first = packs->last_used = NULL;
        packs->end = &packs->first;
        packs->pack_count = 0;
        weir_arena_reset(packs->arena);
    }
    return true;
}

bool weir_row_packs_add(struct weir_row_packs *packs, struct weir_bytes key, int64_t timestamp_ms,
                        struct weir_bytes bytes, struct weir_error *err)
{
    struct pack *pack = pack_for(packs, key);
    struct row *row = weir_arena_alloc(packs->arena, sizeof *row + bytes.len);
    *row = (struct row){.timestamp_ms = timestamp_ms, .len = bytes.len};
    memcpy(row->bytes, bytes.data, bytes.len);
    *pack->end = row;
    pack->end = &row->next;
    pack->bytes += bytes.len;
    if (weir_arena_bytes(packs->arena) >= ALL_BYTES_MAX) {
        return weir_row_packs_flush(packs, err);
    }
    if (pack->bytes < PACK_BYTES_MAX) {
        return true;
    }
    bool ok = leave(packs, pack, err);
    pack->first = NULL;
    pack->end = &pack->first;
    pack->bytes = 0;
    return ok;
}

/* ---- reading ---- */

bool weir_row_pack_next(struct weir_bytes *pack, int64_t *time_less_first_ms,
                        struct weir_bytes *row)
{
    uint64_t len;
    if (!weir_codec_get_signed(pack, time_less_first_ms) || !weir_codec_get_unsigned(pack, &len) ||
        len > pack->len) {
        return false;
    }
    *row = (struct weir_bytes){pack->data, len};
    *pack = (struct weir_bytes){pack->data + len, pack->len - len};
    return true;
}
