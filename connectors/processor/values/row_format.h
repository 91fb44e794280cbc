/* row_format.h - records' bytes to values and back: the formats JSON, KAFKA, DELIMITED and NONE.
 *
 * One reader and one writer for the key columns and for the value columns of a source. Both hold
 * scratch memory and what they learnt of the last record's field order. Threads: one owner each.
 * Allocates: in the row's arena, and that only for collections, decimals, escaped text. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_ROW_FORMAT_H
#define WEIR_PROCESSOR_VALUES_ROW_FORMAT_H

#include "connectors/processor/values/format.h"
#include "connectors/processor/values/value.h"
#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>

/* Checks that format can carry these columns; ksqlDB's messages. */
bool weir_format_check(const struct weir_format *format, const struct weir_column *columns,
                       size_t count, struct weir_error *err);

struct weir_row_reader;
struct weir_row_writer;

/* Borrow the columns' names and types for their life. The format must have passed
 * weir_format_check. */
struct weir_row_reader *weir_row_reader_create(const struct weir_format *format,
                                               const struct weir_column *columns, size_t count);
void weir_row_reader_destroy(struct weir_row_reader *reader);
struct weir_row_writer *weir_row_writer_create(const struct weir_format *format,
                                               const struct weir_column *columns, size_t count);
void weir_row_writer_destroy(struct weir_row_writer *writer);

/* Fills values[count]; texts are views of bytes, which must live as long as they do. Null bytes,
 * and JSON's `null` at the top, set *null_row_out and all values NULL. False with action REJECT:
 * the whole record is bad. */
bool weir_row_read(struct weir_row_reader *reader, struct weir_bytes bytes,
                   struct weir_arena *arena, struct weir_value *values, bool *null_row_out,
                   struct weir_error *err);

/* Appends the record's bytes to buffer. *null_out: there are none (NONE; a single bare column that
 * is NULL): a null payload. A null row is not written at all: that is the caller's. */
bool weir_row_write(struct weir_row_writer *writer, const struct weir_value *values,
                    struct weir_buffer *buffer, bool *null_out, struct weir_error *err);

/* A windowed key: the base key's bytes, then int64 big-endian start (TIME), or end and start
 * (SESSION). */
void weir_window_suffix_append(enum weir_window_kind window, int64_t start_ms, int64_t end_ms,
                               struct weir_buffer *buffer);
/* Cuts the suffix off *key. TIME: end = start + size_ms. False: too short. */
bool weir_window_suffix_take(enum weir_window_kind window, int64_t size_ms, struct weir_bytes *key,
                             int64_t *start_ms_out, int64_t *end_ms_out);

/* One value as JSON text, as the JSON format writes it: for messages, tests, printing. */
void weir_value_print_json(const struct weir_value *value, const struct weir_type *type,
                           struct weir_buffer *buffer);
/* One value as Java's String.valueOf: `[1, null]`, `{a=1}`, `Struct{F=1}`, doubles and decimals in
 * plain Java text. What CAST(x AS STRING) gives. */
void weir_value_print_java(const struct weir_value *value, const struct weir_type *type,
                           struct weir_buffer *buffer);

#endif
