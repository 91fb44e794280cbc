/* timestamp_format_internal.h - a compiled pattern, for the files that make, print and parse one.
 * Threads: as timestamp_format.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_TIMESTAMP_FORMAT_INTERNAL_H
#define WEIR_PROCESSOR_VALUES_TIMESTAMP_FORMAT_INTERNAL_H

#include "connectors/processor/values/timestamp_format.h"

enum {
    WEIR_TIME_LITERAL = 1,  /* text */
    WEIR_TIME_OPTIONAL = 2, /* [ : up to the element at `skip` */
    WEIR_TIME_OPTIONAL_END = 3,
};

struct weir_time_element {
    char letter;      /* of the pattern, or one of the above */
    uint8_t count;    /* how often it stands there */
    uint8_t pad;      /* p: width */
    bool fixed_width; /* a number of exactly `count` digits */
    bool number;
    uint16_t reserved; /* digits of the fixed-width numbers that follow without a gap */
    uint32_t skip;
    const char *text;
    uint32_t text_length;
};

enum { WEIR_TIME_ELEMENTS_MAX = 128 };

struct weir_timestamp_format {
    char *pattern; /* a copy; texts point into it */
    struct weir_time_element *elements;
    size_t element_count;
    bool any_case;
};

extern const char *const weir_month_names[12];
extern const char *const weir_day_names[7]; /* from Monday */

#endif
