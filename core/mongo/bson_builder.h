/* bson_builder.h - writes raw BSON at the end of a buffer.
 *
 *   size_t start = weir_bson_begin(buffer);
 *   weir_bson_add_text(buffer, WEIR_BYTES("topic"), topic);
 *   weir_bson_end(buffer, start);
 *
 * A buffer that overflows stays valid memory; look at buffer->overflow once at the end.
 * Threads: one owner. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BSON_BUILDER_H
#define WEIR_MONGO_BSON_BUILDER_H

#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"

/* Opens a document; returns where it starts. */
size_t weir_bson_begin(struct weir_buffer *buffer);
/* Closes it and writes its length. */
void weir_bson_end(struct weir_buffer *buffer, size_t start);
/* Type byte and name: the value's bytes come next. name holds no zero byte. */
void weir_bson_add_name(struct weir_buffer *buffer, uint8_t type, struct weir_bytes name);

/* A whole element under another name. */
void weir_bson_add_value(struct weir_buffer *buffer, struct weir_bytes name,
                         struct weir_bson_element value);
void weir_bson_add_element(struct weir_buffer *buffer, struct weir_bson_element element);
void weir_bson_add_text(struct weir_buffer *buffer, struct weir_bytes name, struct weir_bytes text);
void weir_bson_add_int32(struct weir_buffer *buffer, struct weir_bytes name, int32_t number);
void weir_bson_add_int64(struct weir_buffer *buffer, struct weir_bytes name, int64_t number);
void weir_bson_add_date(struct weir_buffer *buffer, struct weir_bytes name, int64_t time_ms);
void weir_bson_add_binary(struct weir_buffer *buffer, struct weir_bytes name, uint8_t subtype,
                          struct weir_bytes data);
void weir_bson_add_object_id(struct weir_buffer *buffer, struct weir_bytes name,
                             const uint8_t id[12]);
/* Opens a subdocument (WEIR_BSON_DOCUMENT) or array; close it with weir_bson_end. */
size_t weir_bson_add_begin(struct weir_buffer *buffer, uint8_t type, struct weir_bytes name);
/* Every element of document whose name is not skipped (null = none is). */
void weir_bson_add_all(struct weir_buffer *buffer, struct weir_bytes document,
                       struct weir_bytes skipped);

/* The values alone, little-endian. */
void weir_bson_put_int32(struct weir_buffer *buffer, int32_t number);
void weir_bson_put_int64(struct weir_buffer *buffer, int64_t number);

#endif
