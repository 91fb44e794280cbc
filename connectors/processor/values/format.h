/* format.h - which bytes a key or a value has in Kafka.
 * Threads: a value. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_VALUES_FORMAT_H
#define WEIR_PROCESSOR_VALUES_FORMAT_H

#include <stdbool.h>

enum weir_format_kind {
    WEIR_FORMAT_NONE, /* no bytes: keyless */
    WEIR_FORMAT_KAFKA,
    WEIR_FORMAT_JSON,
    WEIR_FORMAT_DELIMITED,
};

/* How the columns of a key, or of a value, become bytes. Names and types are those of the schema
 * they go with. */
struct weir_format {
    enum weir_format_kind kind;
    bool unwrapped; /* JSON, one column: the bare value, not an object. Always set for a JSON key of
                       one column */
    char delimiter; /* DELIMITED */
};

struct weir_formats {
    struct weir_format key, value;
};

#endif
