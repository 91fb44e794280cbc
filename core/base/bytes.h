/* bytes.h - a borrowed view of bytes, passed by value.
 *
 * data NULL means "absent" (a null key, a tombstone); a zero length with data is an empty payload.
 * Threads: a value. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BYTES_H
#define WEIR_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct weir_bytes {
    const uint8_t *data;
    size_t len;
};

#define WEIR_BYTES_NULL ((struct weir_bytes){NULL, 0})
/* Of a string literal. */
#define WEIR_BYTES(literal) ((struct weir_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

static inline struct weir_bytes weir_bytes_of(const char *text)
{
    return text ? (struct weir_bytes){(const uint8_t *)text, strlen(text)} : WEIR_BYTES_NULL;
}

static inline bool weir_bytes_is_null(struct weir_bytes bytes)
{
    return bytes.data == NULL;
}

/* Null equals only null. */
static inline bool weir_bytes_equal(struct weir_bytes a, struct weir_bytes b)
{
    if (!a.data || !b.data) {
        return a.data == b.data;
    }
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Lexicographic by unsigned byte, shorter first; like memcmp. Neither may be null. */
int weir_bytes_compare(struct weir_bytes a, struct weir_bytes b);

#endif
