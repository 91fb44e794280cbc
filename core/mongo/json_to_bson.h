/* json_to_bson.h - JSON text straight to BSON bytes, in one pass and without a tree.
 *
 * Types as Connect's JsonConverter without schemas gives them to MongoDB's sink: whole numbers
 * become int64, numbers with a point or exponent double, {"$oid": ...} stays a subdocument. A whole
 * number beyond 64 bits becomes a double. Of a name that occurs twice in one object the last value
 * stays. Fields keep their order.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_JSON_TO_BSON_H
#define WEIR_MONGO_JSON_TO_BSON_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>

/* Appends one document. Fails with REJECT, the place in the message, and out as it was, when json
 * is not one JSON object in UTF-8, nests too deep, or does not fit in out. */
bool weir_json_to_bson(struct weir_bytes json, struct weir_buffer *out, struct weir_error *err);

#endif
