/* event.h - change events and copied documents to records.
 * Threads: one owner. Allocates: in the batch's arena; scratch buffers that are kept. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_EVENT_H
#define WEIR_SOURCE_MONGODB_EVENT_H

#include "connectors/source/mongodb/schema.h"
#include "connectors/source/mongodb/topic_mapper.h"
#include "core/base/buffer.h"
#include "core/mongo/bson_json.h"
#include "core/record/batch.h"

#include <stdbool.h>

enum weir_event_format { WEIR_EVENT_JSON, WEIR_EVENT_BSON, WEIR_EVENT_SCHEMA };

/* How keys or values are written. */
struct weir_event_output {
    enum weir_event_format format;
    bool envelope;                    /* {"schema":...,"payload":...} */
    bool infer;                       /* SCHEMA: of each document its own */
    const struct weir_schema *schema; /* SCHEMA */
    struct weir_bytes schema_json;    /* of schema, for the envelope */
};

struct weir_event_writer {
    enum weir_bson_json form;
    struct weir_event_output key, value;
    struct weir_arena *arena; /* of the schemas */
    bool document_only, tombstone_on_delete, document_key_as_key;
    struct weir_topic_mapper *mapper;
    struct weir_buffer scratch, event;
};

bool weir_event_writer_init(struct weir_event_writer *writer, const struct weir_config *config,
                            struct weir_error *err);
void weir_event_writer_fini(struct weir_event_writer *writer);

/* One change event: none or one record (invalidate has no topic; publish.full.document.only needs a
 * document). False and REJECT: it does not fit its schema. */
bool weir_event_write(struct weir_event_writer *writer, struct weir_bytes event,
                      struct weir_batch *batch, struct weir_error *err);
/* What such an event is rejected as: topic, key and value as plain JSON, in the arena. */
void weir_event_describe(struct weir_event_writer *writer, struct weir_bytes event,
                         struct weir_arena *arena, struct weir_record *record_out);
/* The change event of a copied document; borrowed until the next call. */
struct weir_bytes weir_event_of_copied(struct weir_event_writer *writer, const char *database,
                                       const char *collection, struct weir_bytes document);
/* A heartbeat: the resume token as the key, no value. topic outlives the batch. */
bool weir_event_write_heartbeat(const char *topic, struct weir_bytes token,
                                struct weir_batch *batch, struct weir_error *err);
/* One copied document of database.collection. */
bool weir_event_write_copied(struct weir_event_writer *writer, const char *database,
                             const char *collection, struct weir_bytes document,
                             struct weir_batch *batch, struct weir_error *err);

#endif
