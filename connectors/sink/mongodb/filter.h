/* filter.h - conditions that match a value and nothing else.
 *
 * {"_id": value} is not that when the value comes from a record: {"$gt": ""} would be an operator,
 * and a regular expression would match text. Such values go under $eq.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_FILTER_H
#define WEIR_SINK_MONGODB_FILTER_H

#include "core/base/buffer.h"
#include "core/mongo/bson_view.h"

#include <stdbool.h>

void weir_filter_add(struct weir_buffer *out, struct weir_bytes name,
                     struct weir_bson_element value);
/* Every field of document. False: a name begins with $ and would be an operator itself. */
bool weir_filter_add_all(struct weir_buffer *out, struct weir_bytes document);

#endif
