/* work.h - one record on its way to a write: its key and value as BSON documents.
 *
 * The value stands at the end of a buffer that holds the documents of many records, and may move as
 * the buffer grows: spans are kept, views are taken anew after each append. What rewrites the value
 * writes it to `scratch` first.
 * Threads: the task's. Allocates: only as buffers grow. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_WORK_H
#define WEIR_SINK_MONGODB_WORK_H

#include "connectors/sink/mongodb/settings.h"
#include "core/base/buffer.h"
#include "core/mongo/bulk.h"
#include "core/record/converter.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stddef.h>

/* A piece of `documents`. */
struct span {
    size_t start, len; /* len 0 = none */
};

/* Reused from record to record. */
struct work_buffers {
    struct weir_buffer documents; /* of all records of a chunk */
    struct weir_buffer key;       /* of the record at hand */
    struct weir_buffer scratch;
    struct weir_buffer id; /* a document with one element, _id */
    enum weir_data_format key_format, value_format;
};

struct work {
    const struct topic_settings *settings;
    const struct weir_record *record;
    struct work_buffers *buffers;
    struct span value; /* the last bytes of documents while it may still change */
    bool key_read;
    bool has_own_id; /* its _id is topic#partition#offset: no other record's */
};

struct planned_write {
    enum weir_mongo_write_kind kind;
    bool upsert;
    struct span filter, document;
};

enum { PLANNED_WRITE_COUNT_MAX = 2 };

/* What one record becomes; no writes = nothing to do. */
struct plan {
    struct planned_write writes[PLANNED_WRITE_COUNT_MAX];
    size_t write_count;
    bool has_own_id;
};

void weir_work_buffers_init(struct work_buffers *buffers, enum weir_data_format key_format,
                            enum weir_data_format value_format);
void weir_work_buffers_fini(struct work_buffers *buffers);

/* Reads the value. An absent one (tombstone, or JSON's null) leaves the span empty. */
bool weir_work_begin(struct work *work, const struct topic_settings *settings,
                     const struct weir_record *record, struct work_buffers *buffers,
                     struct weir_error *err);
static inline bool weir_work_has_value(const struct work *work)
{
    return work->value.len > 0;
}
struct weir_bytes weir_work_view(const struct work_buffers *buffers, struct span span);
struct weir_bytes weir_work_value(const struct work *work);
/* Read when somebody asks for it first; null data = the record has no key. Borrowed until the next
 * record. */
bool weir_work_key(struct work *work, struct weir_bytes *key_out, struct weir_error *err);
/* The value becomes the document in scratch. */
void weir_work_take_scratch(struct work *work);
/* A document in scratch is added to documents, behind the value. */
struct span weir_work_add_scratch(struct work_buffers *buffers);

#endif
