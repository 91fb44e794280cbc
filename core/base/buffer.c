/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/buffer.h"

#include "core/base/alloc.h"
#include "core/base/error.h"

#include <stdarg.h>
#include <stdio.h>

enum { BUFFER_BYTES_FIRST = 256 };

void weir_buffer_init(struct weir_buffer *buffer, size_t bytes_max)
{
    *buffer = (struct weir_buffer){.bytes_max = bytes_max};
}

void weir_buffer_fini(struct weir_buffer *buffer)
{
    weir_free(buffer->data);
    *buffer = (struct weir_buffer){.bytes_max = buffer->bytes_max};
}

void weir_buffer_reset(struct weir_buffer *buffer)
{
    buffer->len = 0;
    buffer->overflow = false;
}

uint8_t *weir_buffer_grow(struct weir_buffer *buffer, size_t bytes)
{
    if (bytes > buffer->bytes_max - buffer->len) {
        buffer->overflow = true;
        return NULL;
    }
    size_t needed = buffer->len + bytes + 1; /* a NUL always has room */
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : BUFFER_BYTES_FIRST;
        while (capacity < needed) {
            capacity *= 2;
        }
        if (capacity - 1 > buffer->bytes_max) {
            capacity = buffer->bytes_max + 1;
        }
        buffer->data = weir_realloc(buffer->data, capacity);
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->len;
}

void weir_buffer_append_text(struct weir_buffer *buffer, const char *text)
{
    weir_buffer_append(buffer, text, strlen(text));
}

void weir_buffer_append_bytes(struct weir_buffer *buffer, struct weir_bytes bytes)
{
    weir_buffer_append(buffer, bytes.data, bytes.len);
}

void weir_buffer_append_format(struct weir_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    uint8_t *end = length < 0 ? NULL : weir_buffer_reserve(buffer, (size_t)length);
    if (end) {
        vsnprintf((char *)end, (size_t)length + 1, format, again);
        buffer->len += (size_t)length;
    }
    va_end(again);
}

struct weir_bytes weir_buffer_view(const struct weir_buffer *buffer)
{
    static const uint8_t empty[1];
    return (struct weir_bytes){buffer->data ? buffer->data : empty, buffer->len};
}

const char *weir_buffer_text(struct weir_buffer *buffer)
{
    uint8_t *end = weir_buffer_reserve(buffer, 0);
    weir_assert(end != NULL);
    *end = 0;
    return (const char *)buffer->data;
}
