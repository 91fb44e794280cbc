/* java_number.h - numbers as Java prints them.
 *
 * Double.toString of JDK 19 and later: the shortest digits that read back, at least two of them;
 * plain from 1e-3 up to 1e7, else with an exponent (1.0E10); NaN, Infinity.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_JSON_JAVA_NUMBER_H
#define WEIR_JSON_JAVA_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { WEIR_JAVA_DOUBLE_BYTES = 32, WEIR_INT64_BYTES = 24 };

/* Returns the length; text is not closed by a zero. */
size_t weir_java_double_text(double number, char text[WEIR_JAVA_DOUBLE_BYTES]);
size_t weir_int64_text(int64_t number, char text[WEIR_INT64_BYTES]);

#endif
