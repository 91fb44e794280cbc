/* bson_json.h - raw BSON to JSON text as MongoDB's Java driver writes it, in one pass without a
 * tree.
 *
 * Punctuation is the driver's: {"a": 1, "b": [1, {}]}. Text is raw UTF-8 where the driver escapes
 * some letters; the JSON means the same. Field order and every field are kept.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BSON_JSON_H
#define WEIR_MONGO_BSON_JSON_H

#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"

#include <stdbool.h>

enum weir_bson_json {
    /* DefaultJson: the driver's old STRICT mode, {"$date": 1577863627120} */
    WEIR_BSON_JSON_DEFAULT,
    WEIR_BSON_JSON_EXTENDED,   /* ExtendedJson: canonical */
    WEIR_BSON_JSON_SIMPLIFIED, /* SimplifiedJson: plain text for dates, ids, decimals, binary */
    WEIR_BSON_JSON_RELAXED,    /* toJson() without settings: resume tokens, dead letters */
};

/* Appends the document; false: it is not BSON (the buffer holds what came before), or the buffer is
 * full. */
bool weir_bson_to_json(struct weir_bytes document, enum weir_bson_json form,
                       struct weir_buffer *out);
/* One value alone: what a document's field holds. */
bool weir_bson_value_to_json(const struct weir_bson_element *element, enum weir_bson_json form,
                             struct weir_buffer *out);

#endif
