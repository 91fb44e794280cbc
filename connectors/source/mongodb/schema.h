/* schema.h - Kafka Connect's schemas for what a source writes: made of Avro text, or of a document
 * itself, and written as Connect's JSON.
 *
 * Of Avro: record, array, map, string, bytes, int, long, float, double, boolean, unions of null and
 * one other, and the logical types timestamp-millis and decimal.
 * Threads: a schema is read-only once it is made. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_SCHEMA_H
#define WEIR_SOURCE_MONGODB_SCHEMA_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/mongo/bson_json.h"

#include <stdbool.h>

enum weir_schema_type {
    WEIR_SCHEMA_RECORD,
    WEIR_SCHEMA_ARRAY,
    WEIR_SCHEMA_MAP,
    WEIR_SCHEMA_STRING,
    WEIR_SCHEMA_BYTES,
    WEIR_SCHEMA_INT,
    WEIR_SCHEMA_LONG,
    WEIR_SCHEMA_FLOAT,
    WEIR_SCHEMA_DOUBLE,
    WEIR_SCHEMA_BOOLEAN,
    WEIR_SCHEMA_TIMESTAMP, /* milliseconds in a LONG */
    WEIR_SCHEMA_DECIMAL,   /* unscaled in BYTES */
};

struct weir_schema_field;

struct weir_schema {
    enum weir_schema_type type;
    bool optional;
    struct weir_bytes name; /* RECORD; null = none */
    struct weir_schema_field *fields;
    size_t field_count;
    const struct weir_schema *items; /* ARRAY, MAP */
    int32_t scale;                   /* DECIMAL */
};

struct weir_schema_field {
    struct weir_bytes name;
    const struct weir_schema *schema;
    struct weir_bytes default_json; /* null = none */
};

/* NULL: err (domain CONFIG) says what is wrong with the text. */
const struct weir_schema *weir_schema_parse(const char *avro, struct weir_arena *arena,
                                            struct weir_error *err);
/* Of the document alone: every field optional, `_id` first, then by name. NULL: nested too
 * deeply. */
const struct weir_schema *weir_schema_infer(struct weir_bytes document, struct weir_arena *arena);
bool weir_schema_equal(const struct weir_schema *a, const struct weir_schema *b);

/* {"type":"struct","fields":[...],...}, as Connect's JsonConverter writes it. */
void weir_schema_write(const struct weir_schema *schema, struct weir_buffer *out);
/* The document as the schema has it. False and err (REJECT): a field is missing or of another
 * type. */
bool weir_schema_project(const struct weir_schema *schema, struct weir_bytes document,
                         enum weir_bson_json form, struct weir_buffer *out, struct weir_error *err);

#endif
