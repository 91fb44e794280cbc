/* source_offsets.h - the offsets topic of a source: Connect's format, so that an existing connector
 * can be taken over.
 *
 * Key ["<connector>",{partition}], value {offset} or a tombstone, both JSON without blanks. Offsets
 * are written in the same transaction as the records that they stand for.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_SOURCE_OFFSETS_H
#define WEIR_RUNTIME_SOURCE_OFFSETS_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/record/batch.h"

struct weir_source_offsets;

/* Creates the topic if it is not there and reads all of it that is committed. After the producer's
 * init: a predecessor's open transaction has ended then. Returns owned. */
struct weir_source_offsets *weir_source_offsets_read(const struct weir_config *config,
                                                     const char *connector_name,
                                                     int64_t deadline_ms, struct weir_error *err);
void weir_source_offsets_destroy(struct weir_source_offsets *offsets);

/* Borrowed until the next set; null: none. Blanks in partition do not matter. */
struct weir_bytes weir_source_offsets_get(struct weir_source_offsets *offsets,
                                          struct weir_bytes partition);
/* After the commit of its transaction. */
void weir_source_offsets_set(struct weir_source_offsets *offsets,
                             const struct weir_source_offset *offset);
/* The record that stores offset; views into key_buffer and offset. */
struct weir_record weir_source_offsets_record(const struct weir_source_offsets *offsets,
                                              const struct weir_source_offset *offset,
                                              struct weir_buffer *key_buffer);
/* Connect's REST form: {"partition":...,"offset":...} objects separated by commas. */
void weir_source_offsets_describe(const struct weir_source_offsets *offsets,
                                  struct weir_buffer *json);

#endif
