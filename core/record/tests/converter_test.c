/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record/converter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The runtime's rows, as far as they matter here. */
static const struct weir_property converters[] = {
    {.name = "key.converter", .type = WEIR_PROPERTY_STRING},
    {.name = "value.converter", .type = WEIR_PROPERTY_STRING},
    {0},
};
static const struct weir_property *const tables[] = {converters, weir_converter_properties, NULL};

static struct weir_config *read_config(const char *text, struct weir_error *err)
{
    struct weir_config *config = weir_config_parse(text, strlen(text), "test.yaml", err);
    assert_non_null(config);
    if (!weir_config_check(config, tables, err)) {
        weir_config_destroy(config);
        return NULL;
    }
    return config;
}

static void assert_formats(const char *text, enum weir_data_format key, enum weir_data_format value)
{
    struct weir_error err = {0};
    struct weir_config *config = read_config(text, &err);
    assert_non_null(config);
    assert_int_equal(weir_key_format(config), key);
    assert_int_equal(weir_value_format(config), value);
    weir_config_destroy(config);
}

static void keys_are_text_and_values_json_unless_told_otherwise(void **state)
{
    (void)state;
    assert_formats("{}", WEIR_DATA_STRING, WEIR_DATA_JSON);
}

static void converters_are_known_by_class(void **state)
{
    (void)state;
    assert_formats("key.converter: org.apache.kafka.connect.json.JsonConverter\n"
                   "value.converter: org.apache.kafka.connect.storage.StringConverter\n",
                   WEIR_DATA_JSON, WEIR_DATA_STRING);
    assert_formats("value.converter: org.apache.kafka.connect.converters.ByteArrayConverter\n",
                   WEIR_DATA_STRING, WEIR_DATA_BYTES);
}

static void the_cloud_s_formats_go_before_converters(void **state)
{
    (void)state;
    assert_formats("input.data.format: bson\ninput.key.format: JSON\n"
                   "value.converter: org.apache.kafka.connect.storage.StringConverter\n",
                   WEIR_DATA_JSON, WEIR_DATA_BYTES);
}

static void formats_of_a_schema_registry_are_refused(void **state)
{
    (void)state;
    struct weir_error err = {0};
    assert_null(read_config("input.data.format: AVRO\n", &err));
    assert_non_null(strstr(err.message, "test.yaml:1: input.data.format: 'AVRO' is not known"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_text_and_values_json_unless_told_otherwise),
        cmocka_unit_test(converters_are_known_by_class),
        cmocka_unit_test(the_cloud_s_formats_go_before_converters),
        cmocka_unit_test(formats_of_a_schema_registry_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
