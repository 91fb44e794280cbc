/* utf8.h - whether bytes are UTF-8.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_UTF8_H
#define WEIR_MONGO_UTF8_H

#include "core/base/bytes.h"

#include <stdbool.h>

/* As the standard says: no surrogates, nothing above U+10FFFF, the shortest form only. Empty is
 * valid. */
bool weir_utf8_valid(struct weir_bytes text);

#endif
