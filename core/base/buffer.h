/* buffer.h - bytes that grow at the end, up to a hard maximum.
 *
 * Appending past bytes_max sets `overflow` and drops the rest: check it once, at the end.
 * Threads: one owner. Allocates: by doubling. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BUFFER_H
#define WEIR_BASE_BUFFER_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct weir_buffer {
    uint8_t *data;
    size_t len, capacity, bytes_max;
    bool overflow;
};

void weir_buffer_init(struct weir_buffer *buffer, size_t bytes_max);
void weir_buffer_fini(struct weir_buffer *buffer);
/* Empties it, keeps the memory, clears overflow. */
void weir_buffer_reset(struct weir_buffer *buffer);
/* weir_buffer_reserve where there is no room yet. */
uint8_t *weir_buffer_grow(struct weir_buffer *buffer, size_t bytes);

/* Room for bytes more at data + len, or NULL (and overflow). The caller adds to len what it
 * used. */
static inline uint8_t *weir_buffer_reserve(struct weir_buffer *buffer, size_t bytes)
{
    /* a NUL always has room; capacity is never more than bytes_max and that */
    return bytes < buffer->capacity - buffer->len ? buffer->data + buffer->len
                                                  : weir_buffer_grow(buffer, bytes);
}

static inline void weir_buffer_append(struct weir_buffer *buffer, const void *data, size_t bytes)
{
    uint8_t *end = weir_buffer_reserve(buffer, bytes);
    if (end && bytes > 0) {
        memcpy(end, data, bytes);
        buffer->len += bytes;
    }
}

static inline void weir_buffer_append_byte(struct weir_buffer *buffer, uint8_t byte)
{
    uint8_t *end = weir_buffer_reserve(buffer, 1);
    if (end) {
        *end = byte;
        buffer->len++;
    }
}

void weir_buffer_append_text(struct weir_buffer *buffer, const char *text);
void weir_buffer_append_bytes(struct weir_buffer *buffer, struct weir_bytes bytes);
void weir_buffer_append_format(struct weir_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Borrowed until the next change. */
struct weir_bytes weir_buffer_view(const struct weir_buffer *buffer);
/* A NUL after the content (not counted); borrowed until the next change. */
const char *weir_buffer_text(struct weir_buffer *buffer);
#define weir_auto_buffer __attribute__((cleanup(weir_buffer_fini))) struct weir_buffer

#endif
