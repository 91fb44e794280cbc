/* base64.h - bytes as RFC 4648 text, and back.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_BASE64_H
#define WEIR_BASE_BASE64_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>

/* The ordinary alphabet, padded. */
void weir_base64_write(struct weir_bytes bytes, struct weir_buffer *out);
/* Appends the bytes; padded or not. False: not base64, and out holds what came before the
 * mistake. */
bool weir_base64_read(struct weir_bytes text, struct weir_buffer *out);

#endif
