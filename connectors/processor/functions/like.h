/* like.h - SQL's LIKE: % for any text, _ for one character; neither matches a line end, as in
 * ksqlDB. Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_LIKE_H
#define WEIR_PROCESSOR_FUNCTIONS_LIKE_H

#include "core/base/bytes.h"

#include <stdbool.h>

/* escape: one character, or NULL. False: the pattern ends with it. */
bool weir_like(struct weir_bytes text, struct weir_bytes pattern, const char *escape,
               bool *matches_out);

#endif
