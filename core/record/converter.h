/* converter.h - what the bytes of a record's key and value are: Connect's converter classes and
 * Cloud's data formats.
 *
 * Sinks get raw bytes; this says how to read them.
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

/* input.data.format and input.key.format; ends with {0}. The converters themselves are the
 * runtime's rows. */
extern const struct weir_property weir_converter_properties[];

/* input.data.format when given, else value.converter, else JSON. After the check. */
enum weir_data_format weir_value_format(const struct weir_config *config);
/* input.key.format when given, else key.converter, else text. */
enum weir_data_format weir_key_format(const struct weir_config *config);

#endif
