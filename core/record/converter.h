/* converter.h - what the bytes of a record's key and value are: Connect's converter classes and Cloud's data formats.
 *
 * Sinks get raw bytes; this says how to read them. The rows stand in one table that every sink stage accepts.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RECORD_CONVERTER_H
#define WEIR_RECORD_CONVERTER_H

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/property.h"

#include <stdbool.h>

enum weir_data_format {
    WEIR_DATA_JSON,   /* JsonConverter without schemas: a JSON value */
    WEIR_DATA_STRING, /* StringConverter: text */
    WEIR_DATA_BYTES,  /* ByteArrayConverter: raw; to MongoDB a BSON document */
};

/* key.converter, value.converter, input.key.format, input.data.format and what hangs on them; ends with {0}. */
extern const struct weir_property weir_converter_properties[];

/* Of the value: input.data.format when given, else value.converter. After the check. */
enum weir_data_format weir_value_format(const struct weir_config *config);
enum weir_data_format weir_key_format(const struct weir_config *config);

#endif
