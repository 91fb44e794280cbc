/* base64.h - RFC 4648 text to bytes.
 * Threads: any. Allocates: only as the buffer grows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_BASE64_H
#define WEIR_MONGO_BASE64_H

#include "core/base/buffer.h"
#include "core/base/bytes.h"

#include <stdbool.h>

/* Appends the bytes; the ordinary alphabet, padded or not. False: not base64, and out holds what came before. */
bool weir_base64_read(struct weir_bytes text, struct weir_buffer *out);

#endif
