/* gzip.h - bytes as a gzip stream (RFC 1952), for request bodies.
 * Threads: any. Allocates: per call. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_GZIP_H
#define WEIR_HTTP_GZIP_H

#include "core/base/buffer.h"

/* Appends; on overflow of out as weir_buffer says. The same bytes give the same stream. */
void weir_gzip_write(struct weir_bytes bytes, struct weir_buffer *out);

#endif
