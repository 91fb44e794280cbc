/* json_number.h - a JSON number's text to int64 or the nearest double.
 * Threads: any. Allocates: only for numbers of more than 120 characters. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_JSON_NUMBER_H
#define WEIR_MONGO_JSON_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct weir_json_number {
    bool
        /* no point, no exponent, and within int64: `integer` holds it, else `real` does */
        is_integer;
    int64_t integer;
    double real;
};

/* Returns the first byte behind the number, NULL when none begins at `at`. */
const uint8_t *weir_json_number_read(const uint8_t *at, const uint8_t *end,
                                     struct weir_json_number *number_out);

#endif
