/* nulls.h - a document without its null fields, at any depth.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_NULLS_H
#define WEIR_SINK_MONGODB_NULLS_H

#include "core/base/buffer.h"

/* Appends the fields of document that stay. Nulls directly inside an array do: removing them would
 * move the others. */
void weir_nulls_leave_out(struct weir_buffer *out, struct weir_bytes document);

#endif
