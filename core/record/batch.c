/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record/batch.h"

#include "core/base/alloc.h"

enum { RECORDS_FIRST = 64, OFFSETS_FIRST = 4 };

struct weir_batch *weir_batch_create(size_t arena_block_bytes)
{
    struct weir_batch *batch = weir_alloc(sizeof(*batch));
    batch->arena = weir_arena_create(arena_block_bytes);
    return batch;
}

void weir_batch_destroy(struct weir_batch *batch)
{
    if (batch) {
        weir_arena_destroy(batch->arena);
        weir_free(batch->records);
        weir_free(batch->offsets);
        weir_free(batch);
    }
}

void weir_batch_reset(struct weir_batch *batch)
{
    weir_arena_reset(batch->arena);
    batch->record_count = 0;
    batch->offset_count = 0;
    batch->bytes = 0;
}

struct weir_record *weir_batch_add(struct weir_batch *batch)
{
    if (batch->record_count == batch->record_capacity) {
        batch->record_capacity =
            batch->record_capacity ? 2 * batch->record_capacity : RECORDS_FIRST;
        batch->records =
            weir_realloc(batch->records, batch->record_capacity * sizeof(*batch->records));
    }
    struct weir_record *record = &batch->records[batch->record_count++];
    *record = (struct weir_record){.partition = -1, .offset = -1, .timestamp_ms = -1};
    return record;
}

static struct weir_source_offset *offset_of(struct weir_batch *batch, struct weir_bytes partition)
{
    for (size_t index = 0; index < batch->offset_count; index++) {
        if (weir_bytes_equal(batch->offsets[index].partition, partition)) {
            return &batch->offsets[index];
        }
    }
    if (batch->offset_count == batch->offset_capacity) {
        batch->offset_capacity =
            batch->offset_capacity ? 2 * batch->offset_capacity : OFFSETS_FIRST;
        batch->offsets =
            weir_realloc(batch->offsets, batch->offset_capacity * sizeof(*batch->offsets));
    }
    struct weir_source_offset *added = &batch->offsets[batch->offset_count++];
    added->partition = weir_arena_copy(batch->arena, partition);
    return added;
}

void weir_batch_offset_set(struct weir_batch *batch, struct weir_bytes partition,
                           struct weir_bytes offset)
{
    offset_of(batch, partition)->offset = weir_arena_copy(batch->arena, offset);
}

void weir_batch_cleanup(struct weir_batch **slot)
{
    weir_batch_destroy(*slot);
    *slot = NULL;
}
