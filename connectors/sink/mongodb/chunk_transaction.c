/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/chunk_internal.h"

bool weir_chunk_skip(struct chunk *chunk, size_t index, bool *skipped_out, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    const struct weir_record *record = &chunk->batch->records[index];
    if (!writer->transacts) {
        return true;
    }
    struct stored_partition *partition =
        weir_stored_offsets_find(&writer->offsets, writer->connection, record, err);
    if (!partition) {
        return false;
    }
    if (partition->rejected_count >= STORED_REJECTED_COUNT_MAX) {
        return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_WEIR, 0,
                         "%zu dead letters of one partition wait for the next commit",
                         partition->rejected_count);
    }
    *skipped_out = weir_stored_offsets_has(partition, record->offset);
    if (*skipped_out) {
        chunk->outcomes[index].kind = WEIR_OUTCOME_DONE;
        weir_chunk_count(writer, "weir_sink_mongodb_delivered_before_total", 1);
    }
    return true;
}

void weir_chunk_note_reject(struct chunk *chunk, size_t index)
{
    struct chunk_writer *writer = chunk->writer;
    const struct weir_record *record = &chunk->batch->records[index];
    struct weir_error known_already = {0};
    struct stored_partition *partition =
        writer->transacts
            ? weir_stored_offsets_find(&writer->offsets, writer->connection, record, &known_already)
            : NULL;
    if (partition) {
        weir_stored_offsets_reject(partition, record->offset);
    }
}

/* Where the chunk leaves each partition. */
static bool reach(struct chunk *chunk, size_t first, size_t next, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    for (size_t i = first; i < next; i++) {
        const struct weir_record *record = &chunk->batch->records[i];
        struct stored_partition *partition =
            weir_stored_offsets_find(&writer->offsets, writer->connection, record, err);
        if (!partition) {
            return false;
        }
        partition->reached = record->offset + 1;
    }
    return true;
}

static bool has_writes(const struct chunk *chunk)
{
    size_t count = 0;
    for (size_t i = 0; i < chunk->group_count; i++) {
        count += chunk->groups[i].item_count;
    }
    return count > 0;
}

static struct weir_mongo_bulk bulk_of(const struct chunk *chunk, const struct group *group)
{
    struct weir_mongo_write *writes =
        weir_arena_calloc(chunk->writer->arena, group->item_count + 1, sizeof(*writes));
    for (size_t i = 0; i < group->item_count; i++) {
        writes[i] = weir_chunk_write_of(chunk, &group->items[i]);
    }
    return (struct weir_mongo_bulk){group->namespace.database, group->namespace.collection, true,
                                    writes, group->item_count};
}

/* Every group that has writes; groups_out says which. */
static size_t make_bulks(struct chunk *chunk, struct weir_mongo_bulk *bulks,
                         struct group **groups_out)
{
    size_t count = 0;
    for (size_t i = 0; i < chunk->group_count; i++) {
        if (chunk->groups[i].item_count > 0) {
            groups_out[count] = &chunk->groups[i];
            bulks[count++] = bulk_of(chunk, &chunk->groups[i]);
        }
    }
    return count;
}

/* The record behind the refused write is decided; the others go without it. */
static void leave_out(struct chunk *chunk, struct group *group, size_t item_index,
                      const struct weir_mongo_result *result)
{
    struct item refused = group->items[item_index];
    size_t kept = 0;
    refused.is_first = true;
    weir_chunk_settle(chunk, &refused, result);
    for (size_t i = 0; i < group->item_count; i++) {
        if (group->items[i].record_index != refused.record_index) {
            group->items[kept++] = group->items[i];
        }
    }
    group->item_count = kept;
}

static void settle_all(struct chunk *chunk)
{
    const struct weir_mongo_result done = {.kind = WEIR_MONGO_DONE};
    for (size_t i = 0; i < chunk->group_count; i++) {
        struct group *group = &chunk->groups[i];
        for (size_t j = 0; j < group->item_count; j++) {
            weir_chunk_settle(chunk, &group->items[j], &done);
        }
        if (group->item_count > 0) {
            weir_chunk_count(chunk->writer, "weir_sink_mongodb_bulk_writes_total", 1);
            weir_chunk_keep_rate(chunk, group->topic);
        }
    }
}

/* The offsets' document is not as we know it: another task has the partition, or had it. */
static bool overtaken(struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_MONGO, 0,
                     "somebody else has written the offsets of these partitions");
}

/* One transaction. *refused_out: a record was decided, and the rest shall go again. */
static bool run(struct chunk *chunk, bool *refused_out, struct weir_error *err)
{
    struct chunk_writer *writer = chunk->writer;
    struct weir_mongo_transaction transaction;
    struct weir_mongo_bulk *bulks =
        weir_arena_calloc(writer->arena, chunk->group_count + 1, sizeof(*bulks));
    struct group **groups =
        weir_arena_calloc(writer->arena, chunk->group_count + 1, sizeof(*groups));
    size_t count = make_bulks(chunk, bulks, groups);
    bulks[count] =
        weir_stored_offsets_bulk(&writer->offsets, &writer->buffers.scratch, writer->arena);
    if (!weir_mongo_transaction_run(writer->connection, bulks, count + 1, &transaction,
                                    writer->arena, err)) {
        return false;
    }
    *refused_out = !transaction.committed;
    if (transaction.committed) {
        return true;
    }
    if (transaction.bulk_index == count) {
        return overtaken(err);
    }
    if (transaction.result.kind == WEIR_MONGO_UNDECIDED) {
        return weir_fail(err, WEIR_ERROR_RETRY, WEIR_DOMAIN_MONGO, transaction.result.code,
                         "MongoDB: %s",
                         transaction.result.message ? transaction.result.message : "not done");
    }
    leave_out(chunk, groups[transaction.bulk_index], transaction.write_index, &transaction.result);
    return true;
}

/* A chunk of nothing but rejects and skipped records needs no transaction. */
bool weir_chunk_commit(struct chunk *chunk, size_t first, size_t next, struct weir_error *err)
{
    struct stored_offsets *offsets = &chunk->writer->offsets;
    bool refused = true;
    while (refused && has_writes(chunk)) {
        if (!reach(chunk, first, next, err) || !run(chunk, &refused, err)) {
            weir_stored_offsets_forget_all(offsets);
            return false;
        }
    }
    weir_stored_offsets_end(offsets, !refused);
    settle_all(chunk);
    return true;
}
