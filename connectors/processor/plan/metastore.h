/* metastore.h - the streams, tables, types and settings that statements are analysed against.
 *
 * Sources are immutable once put: CREATE OR REPLACE puts a new one. A source that is dropped stays
 * readable until the metastore is destroyed, so that plans that refer to it stay valid. Threads:
 * one owner. Allocates: in its own arena. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_METASTORE_H
#define WEIR_PROCESSOR_PLAN_METASTORE_H

#include "connectors/processor/values/format.h"
#include "connectors/processor/values/type.h"
#include "connectors/processor/values/value.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "JSON", "KAFKA" ...; the text of SHOW, DESCRIBE and messages. */
const char *weir_format_name(enum weir_format_kind kind);
/* Any case. false: unknown name (AVRO, PROTOBUF, JSON_SR are known to be unsupported: *known_out).
 */
bool weir_format_parse(const char *name, enum weir_format_kind *kind_out, bool *known_out);

/* Columns that come from the headers of a record; they are value columns of the source too, at
 * these places. */
struct weir_header_column {
    uint32_t value_index;
    const char *header; /* NULL: HEADERS, all of them */
};

/* Event time from a column instead of the record's timestamp. */
struct weir_timestamp {
    const char *column; /* NULL: the record's timestamp */
    bool in_key;
    uint32_t index;     /* in key or values */
    const char *format; /* Java DateTimeFormatter pattern of a STRING column, or NULL */
};

struct weir_source {
    const char *name;
    bool table;
    bool read_only;     /* CREATE SOURCE STREAM|TABLE */
    bool created_by_as; /* by CREATE ... AS SELECT */
    const char *topic;
    struct weir_schema schema; /* window: of a windowed key */
    struct weir_formats formats;
    struct weir_timestamp timestamp;
    const struct weir_header_column *headers;
    size_t header_count;
    const char *query_id;       /* that writes it as CREATE ... AS SELECT, or NULL */
    const char *statement_text; /* for DESCRIBE ... EXTENDED */
};

struct weir_query_info {
    const char *id;
    const char *sink; /* NULL: none */
    const char *const *sources;
    size_t source_count;
    bool insert; /* INSERT INTO ... SELECT */
    const char *statement_text;
    const void *plan; /* struct weir_query_plan */
};

/* What statements need to know about topics; testing gives a map, the engine gives Kafka's admin
 * client. */
struct weir_topics {
    void *context;
    /* Returns the partition count, 0 when the topic does not exist, -1 and err on failure. */
    int32_t (*partition_count)(void *context, const char *topic, struct weir_error *err);
};

struct weir_metastore;

struct weir_metastore *weir_metastore_create(void);
void weir_metastore_destroy(struct weir_metastore *metastore);
struct weir_arena *weir_metastore_arena(struct weir_metastore *metastore);

/* Copies all of source into the metastore; replaces one of that name. Returns borrowed. */
const struct weir_source *weir_metastore_put(struct weir_metastore *metastore,
                                             const struct weir_source *source);
const struct weir_source *weir_metastore_source(const struct weir_metastore *metastore,
                                                const char *name);
/* Another spelling of name in other case, or the nearest name; NULL if none is near. */
const char *weir_metastore_nearest_source(const struct weir_metastore *metastore, const char *name);
size_t weir_metastore_source_count(const struct weir_metastore *metastore);
/* In order of creation. */
const struct weir_source *weir_metastore_source_at(const struct weir_metastore *metastore,
                                                   size_t index);
void weir_metastore_remove(struct weir_metastore *metastore, const char *name);

/* CREATE TYPE. */
void weir_metastore_put_type(struct weir_metastore *metastore, const char *name,
                             const struct weir_type *type);
const struct weir_type *weir_metastore_type(const struct weir_metastore *metastore,
                                            const char *name);
bool weir_metastore_remove_type(struct weir_metastore *metastore, const char *name);
size_t weir_metastore_type_count(const struct weir_metastore *metastore);
const char *weir_metastore_type_name_at(const struct weir_metastore *metastore, size_t index);

/* Session properties (SET); values as text. NULL: not set. */
void weir_metastore_set_property(struct weir_metastore *metastore, const char *name,
                                 const char *value);
void weir_metastore_unset_property(struct weir_metastore *metastore, const char *name);
const char *weir_metastore_property(const struct weir_metastore *metastore, const char *name);
bool weir_metastore_property_is(const struct weir_metastore *metastore, const char *name,
                                bool otherwise); /* as a boolean */
size_t weir_metastore_property_count(const struct weir_metastore *metastore);
const char *weir_metastore_property_name_at(const struct weir_metastore *metastore, size_t index);

/* Running persistent queries. */
void weir_metastore_put_query(struct weir_metastore *metastore,
                              const struct weir_query_info *query);
const struct weir_query_info *weir_metastore_query(const struct weir_metastore *metastore,
                                                   const char *id);
void weir_metastore_remove_query(struct weir_metastore *metastore, const char *id);
size_t weir_metastore_query_count(const struct weir_metastore *metastore);
const struct weir_query_info *weir_metastore_query_at(const struct weir_metastore *metastore,
                                                      size_t index);
/* 0, 1, 2 ...: the number in CSAS_X_0. */
uint32_t weir_metastore_next_query_number(struct weir_metastore *metastore);

#endif
