/* property.h - one setting as one row: name, type, default, check, documentation.
 *
 * The table drives parsing, help-config, the generated pages under docs/ and the REST validate
 * endpoint. Names are those that Kafka Connect users already have. A name ending in '*' stands for
 * all keys with that prefix (`topic.override.*`); its type is the type of each value. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONFIG_PROPERTY_H
#define WEIR_CONFIG_PROPERTY_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* As Connect's ConfigDef.Type. */
enum weir_property_type {
    WEIR_PROPERTY_STRING,
    WEIR_PROPERTY_BOOLEAN, /* true|false, any case */
    WEIR_PROPERTY_INT,     /* 32 bits */
    WEIR_PROPERTY_LONG,
    WEIR_PROPERTY_DOUBLE,
    WEIR_PROPERTY_LIST,     /* comma-separated, blanks trimmed; a YAML list is joined */
    WEIR_PROPERTY_PASSWORD, /* a string that prints as *** */
};

enum weir_property_importance {
    WEIR_IMPORTANCE_HIGH,
    WEIR_IMPORTANCE_MEDIUM,
    WEIR_IMPORTANCE_LOW,
};

struct weir_property;

/* Says whether value (never NULL) may stand; fills err with domain CONFIG and a message without the
 * property's name. */
typedef bool (*weir_property_check_fn)(const struct weir_property *property, const char *value,
                                       struct weir_error *err);

struct weir_property {
    const char *name;
    enum weir_property_type type;
    bool required;
    const char *default_value; /* as text; NULL = not set */
    /* Checks, all optional. */
    const char *const *allowed; /* ends with NULL; compared without case */
    bool has_range;
    int64_t value_min, value_max; /* INT and LONG, when has_range */
    weir_property_check_fn check;
    enum weir_property_importance importance;
    const char *group;         /* "Connection": heading of the generated page */
    const char *documentation; /* Markdown, whole sentences */
    /* other names for the same setting (Confluent Cloud's, old ones); ends with NULL */
    const char *const *aliases;
    /* one more name for the same setting, which wins where both are given */
    const char *override;
    /* not NULL: accepted, does nothing, and why; logged once as a warning */
    const char *obsolete;
};

#endif
