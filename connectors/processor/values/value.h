/* value.h - one SQL value in 16 bytes, and rows of them.
 *
 * A value carries its kind (0 = SQL NULL), so that a row can be printed and checked without its
 * schema. Text, bytes, collections and decimals are views: who made the value says where the memory
 * is (the record's bytes, the row's arena, a store). Threads: a value. Allocates: never, but for
 * the copy functions. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_VALUE_H
#define WEIR_PROCESSOR_VALUES_VALUE_H

#include "connectors/processor/values/type.h"
#include "core/record/record.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_value {
    union {
        bool boolean;
        int32_t integer;      /* INTEGER, DATE (days), TIME (ms of the day) */
        int64_t bigint;       /* BIGINT, TIMESTAMP */
        double number;        /* DOUBLE */
        const char *text;     /* STRING: UTF-8, `length` bytes, not NUL-terminated */
        const uint8_t *bytes; /* BYTES, `length` bytes */
        const struct weir_decimal *decimal;
        const struct weir_value
            *items; /* ARRAY: `length` items; STRUCT: one per field; MAP: `length` pairs key, value,
                       key, value in insertion order */
    };
    uint32_t length;
    uint8_t kind; /* enum weir_type_kind; WEIR_TYPE_NULL = NULL */
};

#define WEIR_VALUE_NULL ((struct weir_value){.kind = WEIR_TYPE_NULL})

static inline bool weir_value_is_null(const struct weir_value *value)
{
    return value->kind == WEIR_TYPE_NULL;
}

/* A copy whose views point into arena. */
struct weir_value weir_value_copy(struct weir_arena *arena, const struct weir_value *value);

/* Java's equals of the boxed values: null = null, doubles by bits (NaN = NaN, 0.0 != -0.0),
 * decimals by digits and scale, maps without order. For grouping, DISTINCT and COLLECT_SET; SQL's
 * `=` is weir_value_compare. */
bool weir_value_equal(const struct weir_value *a, const struct weir_value *b);
uint64_t weir_value_hash(const struct weir_value *value);
/* -1, 0, 1; both not null and of one kind, or both numeric. Text by UTF-16 order, as Java. NaN:
 * *unordered_out. */
int weir_value_compare(const struct weir_value *a, const struct weir_value *b, bool *unordered_out);

enum weir_window_kind {
    WEIR_WINDOW_NONE = 0,
    WEIR_WINDOW_TIME,    /* tumbling, hopping: [start, end) */
    WEIR_WINDOW_SESSION, /* [start, end] */
};

/* One row on its way through the operators: a view that lives until the record that caused it is
 * done. */
struct weir_row {
    const struct weir_value *key;    /* key columns; all NULL = null key */
    const struct weir_value *values; /* value columns; NULL pointer = null row (tombstone) */
    int64_t timestamp_ms;
    int64_t window_start_ms, window_end_ms; /* when window != NONE */
    enum weir_window_kind window;
    int32_t partition; /* pseudo columns: of the source record */
    int64_t offset;
    const struct weir_header *headers; /* of the record that caused it: handed on to outputs */
    size_t header_count;
};

/* One column of a source or of an operator's output. */
struct weir_column {
    const char *name; /* exact spelling */
    const struct weir_type *type;
};

/* Key and value columns of a row; windowed or not. */
struct weir_schema {
    const struct weir_column *key;
    size_t key_count;
    const struct weir_column *values;
    size_t value_count;
    enum weir_window_kind window;
    int64_t window_size_ms; /* TIME */
    bool window_hops;       /* TIME: HOPPING, not TUMBLING: only its name differs */
};

#endif
