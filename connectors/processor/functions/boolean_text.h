/* boolean_text.h - text to BOOLEAN: any unambiguous beginning of true, false, yes, no; case does
 * not matter. Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_BOOLEAN_TEXT_H
#define WEIR_PROCESSOR_FUNCTIONS_BOOLEAN_TEXT_H

#include "core/base/bytes.h"

#include <stdbool.h>

/* False: neither. */
bool weir_boolean_parse(struct weir_bytes text, bool *boolean_out);

#endif
