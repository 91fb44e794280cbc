/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record/converter.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    enum weir_data_format format;
} formats[] = {
    {"JSON", WEIR_DATA_JSON},
    {"STRING", WEIR_DATA_STRING},
    {"BYTES", WEIR_DATA_BYTES},
    {"BSON", WEIR_DATA_BYTES},
    {"org.apache.kafka.connect.json.JsonConverter", WEIR_DATA_JSON},
    {"org.apache.kafka.connect.storage.StringConverter", WEIR_DATA_STRING},
    {"org.apache.kafka.connect.converters.ByteArrayConverter", WEIR_DATA_BYTES},
};

static bool find_format(const char *name, enum weir_data_format *format_out)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcasecmp(formats[i].name, name) == 0) {
            *format_out = formats[i].format;
            return true;
        }
    }
    return false;
}

static bool check_format(const struct weir_property *property, const char *value,
                         struct weir_error *err)
{
    (void)property;
    enum weir_data_format format;
    if (find_format(value, &format)) {
        return true;
    }
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "'%s' is not known; JSON, STRING and BYTES are, and Connect's JsonConverter, "
                     "StringConverter and "
                     "ByteArrayConverter. Formats of a schema registry are not read",
                     value);
}

const struct weir_property weir_converter_properties[] = {
    {.name = "input.data.format",
     .type = WEIR_PROPERTY_STRING,
     .check = check_format,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Format",
     .documentation = "Confluent Cloud's name for the value's format: `JSON`, `STRING`, `BYTES` or "
                      "`BSON`. Goes before "
                      "`value.converter`, whose default is JSON."},
    {.name = "input.key.format",
     .type = WEIR_PROPERTY_STRING,
     .check = check_format,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Format",
     .documentation =
         "Confluent Cloud's name for the key's format. Goes before `key.converter`, whose default "
         "is text."},
    {0},
};

static enum weir_data_format format_of(const struct weir_config *config, const char *cloud_name,
                                       const char *connect_name, enum weir_data_format otherwise)
{
    const char *name = weir_config_string(config, cloud_name);
    enum weir_data_format format = otherwise;
    name = name ? name : weir_config_string(config, connect_name);
    bool found = !name || find_format(name, &format);
    weir_assert(found);
    return format;
}

enum weir_data_format weir_value_format(const struct weir_config *config)
{
    return format_of(config, "input.data.format", "value.converter", WEIR_DATA_JSON);
}

enum weir_data_format weir_key_format(const struct weir_config *config)
{
    return format_of(config, "input.key.format", "key.converter", WEIR_DATA_STRING);
}
