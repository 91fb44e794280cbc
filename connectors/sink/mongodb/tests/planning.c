/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/tests/planning.h"

#include "connectors/sink/mongodb/write_model.h"
#include "core/mongo/bson_json.h"
#include "core/runtime/properties.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct weir_property *const tables[] = {
    weir_worker_properties,    weir_connector_properties,    weir_sink_task_properties,
    weir_converter_properties, weir_mongodb_sink_properties, NULL};

struct weir_arena *arena;
static struct weir_config *config;
struct work_buffers buffers;

static const struct topic_settings *settings;

static void release(void)
{
    if (settings) {
        weir_mongodb_sink_settings_release(settings);
    }
    settings = NULL;
}

int planning_begin(void **state)
{
    (void)state;
    arena = weir_arena_create(4096);
    return 0;
}

int planning_end(void **state)
{
    (void)state;
    release();
    weir_work_buffers_fini(&buffers);
    weir_config_destroy(config);
    config = NULL;
    weir_arena_destroy(arena);
    return 0;
}

bool configure(const char *more, struct weir_error *err)
{
    const char *text = weir_arena_format(
        arena, "name: x\nconnector.class: MongoSinkConnector\ntopics: t\ndatabase: d\n%s\n", more);
    weir_config_destroy(config);
    config = weir_config_parse(text, strlen(text), "test.yaml", err);
    assert_non_null(config);
    return weir_config_check(config, tables, err) && weir_mongodb_sink_validate(config, err);
}

const struct topic_settings *settings_of(const char *more, const char *topic)
{
    struct weir_error err = {0};
    if (!configure(more, &err)) {
        fail_msg("%s", err.message);
    }
    weir_work_buffers_fini(&buffers);
    weir_work_buffers_init(&buffers, weir_key_format(config), weir_value_format(config));
    release();
    settings = weir_mongodb_sink_settings(config, topic, arena, &err);
    assert_non_null(settings);
    return settings;
}

static void show(struct weir_buffer *out, const char *name, struct span span)
{
    struct weir_bytes document = weir_work_view(&buffers, span);
    if (!weir_bytes_is_null(document)) {
        assert_true(weir_bson_valid(document));
        weir_buffer_append_format(out, " %s=", name);
        assert_true(weir_bson_to_json(document, WEIR_BSON_JSON_RELAXED, out));
    }
}

const char *writes_of(const struct topic_settings *of, const char *key, const char *value)
{
    static const char *const kinds[] = {"insert", "replace", "update", "delete", "delete-many"};
    const struct weir_record record = {.topic = of->topic,
                                       .partition = 1,
                                       .offset = 5,
                                       .timestamp_ms = 9,
                                       .key = weir_bytes_of(key),
                                       .value = weir_bytes_of(value)};
    struct weir_error err = {0};
    struct work work;
    struct plan plan;
    weir_auto_buffer out;
    weir_buffer_init(&out, 65536);
    if (!weir_work_begin(&work, of, &record, &buffers, &err) ||
        !weir_write_model_plan(&work, &plan, &err)) {
        assert_int_equal(err.action, WEIR_ERROR_REJECT);
        return weir_arena_format(arena, "REJECT: %s", err.message);
    }
    for (size_t i = 0; i < plan.write_count; i++) {
        weir_buffer_append_format(&out, "%s%s%s%s", i ? "; " : "", kinds[plan.writes[i].kind],
                                  plan.writes[i].upsert ? "+" : "", plan.has_own_id ? "*" : "");
        show(&out, "filter", plan.writes[i].filter);
        show(&out, "document", plan.writes[i].document);
    }
    return weir_arena_strdup(arena, weir_buffer_text(&out));
}

void assert_writes(const char *more, const char *key, const char *value, const char *expected)
{
    assert_string_equal(writes_of(settings_of(more, "t"), key, value), expected);
}
