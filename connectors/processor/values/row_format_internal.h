/* row_format_internal.h - the formats' readers and writers, for row_format.c alone.
 * Threads: as row_format.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_ROW_FORMAT_INTERNAL_H
#define WEIR_PROCESSOR_VALUES_ROW_FORMAT_INTERNAL_H

#include "connectors/processor/values/row_format.h"

struct weir_json_reader;
struct weir_json_writer;

/* unwrapped: one column, the bare value. */
struct weir_json_reader *weir_json_reader_create(const struct weir_column *columns, size_t count,
                                                 bool unwrapped);
void weir_json_reader_destroy(struct weir_json_reader *reader);
bool weir_json_reader_read(struct weir_json_reader *reader, struct weir_bytes bytes,
                           struct weir_arena *arena, struct weir_value *values, bool *null_row_out,
                           struct weir_error *err);

struct weir_json_writer *weir_json_writer_create(const struct weir_column *columns, size_t count,
                                                 bool unwrapped);
void weir_json_writer_destroy(struct weir_json_writer *writer);
void weir_json_writer_write(struct weir_json_writer *writer, const struct weir_value *values,
                            struct weir_buffer *buffer);

bool weir_kafka_read(const struct weir_column *column, struct weir_bytes bytes,
                     struct weir_arena *arena, struct weir_value *value, struct weir_error *err);
void weir_kafka_write(const struct weir_value *value, struct weir_buffer *buffer);

bool weir_delimited_read(const struct weir_column *columns, size_t count, char delimiter,
                         struct weir_bytes bytes, struct weir_arena *arena,
                         struct weir_value *values, struct weir_error *err);
void weir_delimited_write(size_t count, char delimiter, const struct weir_value *values,
                          struct weir_buffer *buffer);

#endif
