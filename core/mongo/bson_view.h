/* bson_view.h - walks raw BSON in place, without libbson.
 *
 * A document is a view of its bytes, length word and closing zero included. Every step checks its
 * bounds: bytes that are not BSON end the walk, they never lead outside the view. weir_bson_valid
 * looks at everything once.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BSON_VIEW_H
#define WEIR_MONGO_BSON_VIEW_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* The type bytes of bsonspec.org that weir names. */
enum {
    WEIR_BSON_DOUBLE = 0x01,
    WEIR_BSON_STRING = 0x02,
    WEIR_BSON_DOCUMENT = 0x03,
    WEIR_BSON_ARRAY = 0x04,
    WEIR_BSON_BINARY = 0x05,
    WEIR_BSON_OBJECT_ID = 0x07,
    WEIR_BSON_BOOLEAN = 0x08,
    WEIR_BSON_DATE = 0x09,
    WEIR_BSON_NULL = 0x0A,
    WEIR_BSON_INT32 = 0x10,
    WEIR_BSON_TIMESTAMP = 0x11,
    WEIR_BSON_INT64 = 0x12,
    WEIR_BSON_DECIMAL128 = 0x13,
};

/* MongoDB's limit of one document, and of nesting. */
enum { WEIR_BSON_DOCUMENT_BYTES_MAX = 16 * 1024 * 1024, WEIR_BSON_DEPTH_MAX = 100 };

struct weir_bson_element {
    struct weir_bytes name;  /* without its closing zero */
    struct weir_bytes value; /* as it stands in the document; null data = no such element */
    uint8_t type;
};

struct weir_bson_iterator {
    const uint8_t *at, *end;
    bool malformed; /* the walk ended because the bytes are not BSON */
};

void weir_bson_iterator_init(struct weir_bson_iterator *iterator, struct weir_bytes document);
/* False at the end, or when malformed. */
bool weir_bson_next(struct weir_bson_iterator *iterator, struct weir_bson_element *element_out);

/* A field of the document itself; found or not in the answer's value. */
struct weir_bson_element weir_bson_get(struct weir_bytes document, struct weir_bytes name);
/* The same by dotted path through subdocuments ("a.b.c"); a name that holds a dot itself goes
 * first. */
struct weir_bson_element weir_bson_get_path(struct weir_bytes document, struct weir_bytes path);
static inline bool weir_bson_found(struct weir_bson_element element)
{
    return element.value.data != NULL;
}

/* Text of a STRING element, null for another type. Borrowed from the document. */
struct weir_bytes weir_bson_text(struct weir_bson_element element);
int32_t weir_bson_int32(struct weir_bson_element element);
int64_t weir_bson_int64(struct weir_bson_element element);

/* Lengths, types, names, text and nesting of the whole document. */
bool weir_bson_valid(struct weir_bytes document);

#endif
