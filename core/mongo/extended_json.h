/* extended_json.h - MongoDB's extended JSON to BSON: what a string value means to MongoDB's sink.
 *
 * Whole numbers become int32 when they fit, else int64; {"$oid"}, {"$date"}, {"$numberLong"},
 * {"$binary"} ... become the types that they name, in version 1's form and version 2's, canonical
 * and relaxed. An object with an unknown $name stays an object. Text that is not JSON is tried as
 * the shell writes it (shell_json.h).
 * Threads: any. Allocates: a scratch buffer for each call. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_EXTENDED_JSON_H
#define WEIR_MONGO_EXTENDED_JSON_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>

/* Appends one document; fails as weir_json_to_bson does. */
bool weir_extended_json_to_bson(struct weir_bytes json, struct weir_buffer *out,
                                struct weir_error *err);

#endif
