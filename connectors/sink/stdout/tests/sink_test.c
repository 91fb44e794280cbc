/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/stdout/sink.h"

#include "core/base/alloc.h"
#include "core/runtime/properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

/* What the sink prints of these records, with standard output turned into a file meanwhile. */
static void assert_prints(const char *format, const struct weir_record *records, size_t count,
                          const char *expected)
{
    struct weir_error err = {0};
    weir_autofree char *text =
        weir_format("name: x\nconnector.class: stdout\ntopics: t\nprint.format: %s\n", format);
    const struct weir_property *const tables[] = {weir_worker_properties, weir_connector_properties,
                                                  weir_sink_task_properties,
                                                  weir_stdout_sink.properties, NULL};
    struct weir_config *config = weir_config_parse(text, strlen(text), "test.yaml", &err);
    assert_true(config && weir_config_check(config, tables, &err));
    weir_auto_batch *batch = weir_batch_create(4096);
    for (size_t i = 0; i < count; i++) {
        *weir_batch_add(batch) = records[i];
    }
    weir_autofree struct weir_outcome *outcomes = weir_alloc_array(count, sizeof(*outcomes));
    weir_autofree void *state = weir_alloc(weir_stdout_sink.state_bytes);
    const struct weir_sink_context context = {
        .config = config, .connector_name = "x", .task_count = 1};
    FILE *file = tmpfile();
    int kept = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    bool good = weir_stdout_sink.open(state, &context, INT64_MAX, &err) &&
                weir_stdout_sink.write(state, batch, outcomes, INT64_MAX, &err);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    weir_stdout_sink.close(state);
    weir_config_destroy(config);
    char printed[1000] = "";
    rewind(file);
    size_t got = fread(printed, 1, sizeof(printed) - 1, file);
    fclose(file);
    assert_true(good);
    assert_int_equal(got, strlen(expected));
    assert_string_equal(printed, expected);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(outcomes[i].kind, WEIR_OUTCOME_DONE);
    }
}

static const struct weir_record records[] = {
    {.topic = "t",
     .partition = 2,
     .offset = 7,
     .timestamp_ms = 5,
     .key = WEIR_BYTES("k\x00\x01"),
     .value = WEIR_BYTES("{\"a\":\"\xc3\xa9\"}")},
    {.topic = "t", .partition = 0, .offset = 8, .timestamp_ms = 6},
};

static void a_record_is_one_line_of_text(void **state)
{
    (void)state;
    assert_prints("text", records, 2, "t-2@7 k\\x00\\x01 {\"a\":\"\xc3\xa9\"}\nt-0@8 null null\n");
}

static void a_record_is_one_json_object(void **state)
{
    (void)state;
    assert_prints("json", records, 2,
                  "{\"topic\":\"t\",\"partition\":2,\"offset\":7,\"timestamp\":5,\"key\":"
                  "\"k\\u0000\\u0001\",\"value\":\"{\\\"a\\\":\\\"\xc3\xa9\\\"}\"}\n"
                  "{\"topic\":\"t\",\"partition\":0,\"offset\":8,\"timestamp\":6,\"key\":null,"
                  "\"value\":null}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line_of_text),
        cmocka_unit_test(a_record_is_one_json_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
