/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/setup.h"

#include "core/base/alloc.h"
#include "core/kafka/client_config.h"
#include "core/record/converter.h"
#include "core/runtime/properties.h"
#include "core/runtime/transform.h"

#include <string.h>

static bool has_connectors(const struct weir_stage *stage)
{
    return stage->sources || stage->sinks;
}

struct weir_setup *weir_setup_create(const struct weir_stage *stage)
{
    struct weir_setup *setup = weir_alloc(sizeof(*setup));
    setup->stage = stage;
    setup->plugins = weir_plugins_create(stage->sources, stage->sinks);
    if (has_connectors(stage)) {
        weir_plugins_load_default(setup->plugins);
    }
    return setup;
}

void weir_setup_destroy(struct weir_setup *setup)
{
    if (setup) {
        weir_config_destroy(setup->config);
        weir_plugins_destroy(setup->plugins);
        weir_free(setup);
    }
}

void weir_setup_tables(const struct weir_stage *stage, const struct weir_connector *connector,
                       const struct weir_property **tables_out)
{
    size_t count = 0;
    if (connector) {
        tables_out[count++] = weir_connector_table(connector); /* first: its rows win */
        tables_out[count++] = weir_connector_properties;
    }
    if (stage->sources) {
        tables_out[count++] = weir_source_task_properties;
        tables_out[count++] = weir_transform_properties;
    }
    if (stage->sinks) {
        tables_out[count++] = weir_sink_task_properties;
        tables_out[count++] = weir_converter_properties;
    }
    for (size_t i = 0; stage->tables && stage->tables[i]; i++) {
        weir_assert(count < WEIR_TABLE_COUNT_MAX - 2);
        tables_out[count++] = stage->tables[i];
    }
    tables_out[count++] = weir_worker_properties;
    tables_out[count++] = weir_kafka_properties;
    tables_out[count] = NULL;
}

/* The resolved value of one property before the check. */
static const char *value_of(const struct weir_config *config, const char *wanted)
{
    const char *name;
    const char *value;
    size_t position = 0;
    while (weir_config_next(config, wanted, &position, &name, &value)) {
        if (strcmp(name, wanted) == 0) {
            return value;
        }
    }
    return NULL;
}

static void load_plugin_path(struct weir_setup *setup)
{
    const char *rest = value_of(setup->config, "plugin.path");
    while (rest && *rest != '\0') {
        rest += strspn(rest, ", \t");
        size_t length = strcspn(rest, ",");
        size_t trimmed = length;
        while (trimmed > 0 && (rest[trimmed - 1] == ' ' || rest[trimmed - 1] == '\t')) {
            trimmed--;
        }
        weir_autofree char *folder = weir_strndup(rest, trimmed);
        if (trimmed > 0) {
            weir_plugins_load_folder(setup->plugins, folder, true);
        }
        rest += length;
    }
}

static bool find_connector(struct weir_setup *setup, struct weir_error *err)
{
    const char *connector_class = value_of(setup->config, "connector.class");
    if (!connector_class) {
        return weir_config_fail(setup->config, "connector.class", err,
                                "missing required property; `%s plugins` lists what there is",
                                setup->stage->program);
    }
    struct weir_error reason = {0};
    setup->connector = weir_plugins_find(setup->plugins, connector_class, &reason);
    return setup->connector ||
           weir_config_fail(setup->config, "connector.class", err, "%s", reason.message);
}

static bool check_transforms(const struct weir_config *config, struct weir_error *err)
{
    struct weir_transforms *transforms = weir_transforms_create(config, err);
    weir_transforms_destroy(transforms);
    return transforms != NULL;
}

bool weir_setup_check_across(const struct weir_stage *stage, const struct weir_connector *connector,
                             const struct weir_config *config, struct weir_error *err)
{
    if (!weir_kafka_config_check(config, err) ||
        (stage->sources && !check_transforms(config, err)) ||
        (stage->sinks && !weir_sink_topics_check(config, err))) {
        return false;
    }
    if (connector && connector->source && connector->source->validate &&
        !connector->source->validate(config, err)) {
        return false;
    }
    if (connector && connector->sink && connector->sink->validate &&
        !connector->sink->validate(config, err)) {
        return false;
    }
    return !stage->check || stage->check(config, err);
}

bool weir_setup_check(struct weir_setup *setup, struct weir_config *config, struct weir_error *err)
{
    weir_config_destroy(setup->config);
    setup->config = config;
    if (has_connectors(setup->stage)) {
        load_plugin_path(setup);
        if (!find_connector(setup, err)) {
            return false;
        }
    }
    weir_setup_tables(setup->stage, setup->connector, setup->tables);
    return weir_config_check(config, setup->tables, err) &&
           weir_setup_check_across(setup->stage, setup->connector, config, err);
}

bool weir_setup_read(struct weir_setup *setup, const char *path,
                     const struct weir_command_line *line, struct weir_error *err)
{
    struct weir_config *config = weir_config_read(path, err);
    if (!config) {
        return false;
    }
    weir_command_line_apply(line, config);
    return weir_setup_check(setup, config, err);
}
