/* type.h - SQL types, as ksqlDB has them.
 *
 * Types are immutable and compared by structure. Primitive ones are shared constants; composed ones
 * live in the arena of the statement or program that made them. Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_TYPE_H
#define WEIR_PROCESSOR_VALUES_TYPE_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* In order of numeric width where it matters: INTEGER < BIGINT < DECIMAL < DOUBLE. */
enum weir_type_kind {
    WEIR_TYPE_NULL, /* of the literal NULL, before it is coerced */
    WEIR_TYPE_BOOLEAN,
    WEIR_TYPE_INTEGER,
    WEIR_TYPE_BIGINT,
    WEIR_TYPE_DECIMAL,
    WEIR_TYPE_DOUBLE,
    WEIR_TYPE_STRING,
    WEIR_TYPE_BYTES,
    WEIR_TYPE_DATE,      /* days since the epoch */
    WEIR_TYPE_TIME,      /* milliseconds of the day */
    WEIR_TYPE_TIMESTAMP, /* milliseconds since the epoch, UTC */
    WEIR_TYPE_ARRAY,
    WEIR_TYPE_MAP,
    WEIR_TYPE_STRUCT,
    WEIR_TYPE_INTERVAL_UNIT, /* argument of date functions: DAYS, HOURS ... */
};

struct weir_type_field {
    const char *name; /* exact spelling, unquoted */
    const struct weir_type *type;
};

struct weir_type {
    enum weir_type_kind kind;
    int32_t precision, scale;             /* DECIMAL */
    const struct weir_type *key;          /* MAP */
    const struct weir_type *element;      /* ARRAY; MAP: type of the values */
    const struct weir_type_field *fields; /* STRUCT */
    size_t field_count;
};

extern const struct weir_type weir_type_null, weir_type_boolean, weir_type_integer,
    weir_type_bigint, weir_type_double, weir_type_string, weir_type_bytes, weir_type_date,
    weir_type_time, weir_type_timestamp, weir_type_interval_unit;

const struct weir_type *weir_type_decimal(struct weir_arena *arena, int32_t precision,
                                          int32_t scale);
const struct weir_type *weir_type_array(struct weir_arena *arena, const struct weir_type *element);
const struct weir_type *weir_type_map(struct weir_arena *arena, const struct weir_type *key,
                                      const struct weir_type *value);
/* Copies the fields, borrows the names. */
const struct weir_type *weir_type_struct(struct weir_arena *arena,
                                         const struct weir_type_field *fields, size_t field_count);
/* A deep copy, names too: for what outlives its statement. */
const struct weir_type *weir_type_copy(struct weir_arena *arena, const struct weir_type *type);

bool weir_type_equal(const struct weir_type *a, const struct weir_type *b);
static inline bool weir_type_is_numeric(const struct weir_type *type)
{
    return type->kind >= WEIR_TYPE_INTEGER && type->kind <= WEIR_TYPE_DOUBLE;
}
/* "BIGINT", "ARRAY" ... */
const char *weir_type_kind_name(enum weir_type_kind kind);
/* ksqlDB's text: "BIGINT", "DECIMAL(4, 2)", "ARRAY<STRING>", "STRUCT<`A` INTEGER>" (VARCHAR prints
 * as STRING). */
void weir_type_print(const struct weir_type *type, struct weir_buffer *buffer);

#endif
