/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"
#include "core/runtime/help.h"
#include "core/runtime/rest_internal.h"
#include "core/runtime/rest_json.h"

#include <stdio.h>
#include <string.h>

void rest_plugins_list(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    const struct weir_plugins *plugins = call->rest->setup->plugins;
    weir_buffer_append_byte(body, '[');
    for (size_t i = 0; i < weir_plugins_count(plugins); i++) {
        const struct weir_connector *connector = weir_plugins_at(plugins, i);
        weir_buffer_append_text(body, i > 0 ? ",{" : "{");
        weir_rest_field(body, true, "class", weir_connector_class(connector));
        weir_rest_field(body, false, "type", weir_connector_type(connector));
        weir_rest_field(body, false, "version", weir_connector_version(connector));
        weir_buffer_append_byte(body, '}');
    }
    weir_buffer_append_byte(body, ']');
}

/* Connect's ConfigKeyInfo. */
static void append_definition(struct weir_buffer *body, const struct weir_property *property,
                              int order)
{
    bool secret = property->type == WEIR_PROPERTY_PASSWORD;
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "name", property->name);
    weir_rest_field(body, false, "type", weir_property_type_name(property->type));
    weir_buffer_append_format(body, ",\"required\":%s", property->required ? "true" : "false");
    weir_rest_field(body, false, "default_value", secret ? NULL : property->default_value);
    weir_rest_field(body, false, "importance", weir_property_importance_name(property->importance));
    weir_rest_field(body, false, "documentation", property->documentation);
    weir_rest_field(body, false, "group", weir_property_group(property));
    weir_rest_field(body, false, "width", "MEDIUM");
    weir_rest_field(body, false, "display_name", property->name);
    weir_buffer_append_format(body, ",\"dependents\":[],\"order\":%d}", order);
}

static const struct weir_connector *find_plugin(struct rest_call *call)
{
    struct weir_error err = {0};
    const struct weir_connector *connector =
        weir_plugins_find(call->rest->setup->plugins, call->names[0], &err);
    if (!connector) {
        rest_fail(call, 404, "Unknown plugin %s.", call->names[0]);
    }
    return connector;
}

void rest_plugin_config(struct rest_call *call)
{
    struct weir_buffer *body = &call->answer->body;
    const struct weir_connector *connector = find_plugin(call);
    if (!connector) {
        return;
    }
    const struct weir_property *tables[WEIR_TABLE_COUNT_MAX + 1];
    int order = 0;
    weir_setup_tables(call->rest->setup->stage, connector, tables);
    weir_buffer_append_byte(body, '[');
    for (size_t i = 0; tables[i]; i++) {
        for (const struct weir_property *property = tables[i]; property->name; property++) {
            weir_buffer_append_text(body, order > 0 ? "," : "");
            append_definition(body, property, order++);
        }
    }
    weir_buffer_append_byte(body, ']');
}

/* ---- Validate. ---- */

/* A configuration sent to be checked. */
struct candidate {
    const struct weir_config *given;
    const struct weir_property *tables[WEIR_TABLE_COUNT_MAX + 1];
    int error_count, order;
    bool first;
    /* What a check across properties found, once each of them is right by itself. */
    char across_name[REST_NAME_BYTES_MAX];
    char across_message[WEIR_ERROR_MESSAGE_BYTES];
};

/* Takes "request: <name>: <message>" or "request:<line>: <name>: <message>" apart. NULL: message
 * has another shape. */
static const char *split_message(const char *message, char name_out[REST_NAME_BYTES_MAX])
{
    const char *name = strncmp(message, REST_BODY_NAME, strlen(REST_BODY_NAME)) == 0
                           ? strstr(message, ": ")
                           : NULL;
    const char *colon = name ? strstr(name + 2, ": ") : NULL;
    if (!colon) {
        return NULL;
    }
    snprintf(name_out, REST_NAME_BYTES_MAX, "%.*s", (int)(colon - name - 2), name + 2);
    return colon + 2;
}

/* The message without what stands in front of it. */
static const char *bare_message(const char *message)
{
    char name[REST_NAME_BYTES_MAX];
    const char *bare = split_message(message, name);
    return bare ? bare : message;
}

/* Checks one property alone against tables; "" when it may stand. */
static void check_alone(const struct weir_property *const *tables, const char *name,
                        const char *value, struct weir_error *err)
{
    struct weir_error unexpected = {0};
    struct weir_config *alone = weir_config_parse("{}", 2, REST_BODY_NAME, &unexpected);
    weir_assert(alone != NULL);
    if (value) {
        weir_config_set(alone, name, value);
    }
    weir_config_check(alone, tables, err);
    weir_config_destroy(alone);
}

static void append_value(struct weir_buffer *body, const struct weir_property *property,
                         const char *name, const char *value, const char *error)
{
    bool secret = property->type == WEIR_PROPERTY_PASSWORD && value;
    const char *const errors[] = {error[0] != '\0' ? error : NULL, NULL};
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "name", name);
    weir_rest_field(body, false, "value", secret ? "***" : value);
    weir_buffer_append_text(body, ",\"recommended_values\":");
    weir_rest_strings(body, property->allowed);
    weir_buffer_append_text(body, ",\"errors\":");
    weir_rest_strings(body, errors);
    weir_buffer_append_text(body, ",\"visible\":true}");
}

static void append_checked(struct weir_buffer *body, struct candidate *candidate,
                           const struct weir_property *property, const char *name,
                           const char *value, const char *error)
{
    candidate->error_count += error[0] != '\0';
    weir_buffer_append_text(body, candidate->first ? "{\"definition\":" : ",{\"definition\":");
    candidate->first = false;
    append_definition(body, property, candidate->order++);
    weir_buffer_append_text(body, ",\"value\":");
    append_value(body, property, name, value, error);
    weir_buffer_append_byte(body, '}');
}

/* The value given under the property's name or one of its aliases. */
static const char *given_value(const struct candidate *candidate,
                               const struct weir_property *property)
{
    const char *value =
        property->override ? weir_config_given(candidate->given, property->override) : NULL;
    value = value ? value : weir_config_given(candidate->given, property->name);
    for (size_t i = 0; !value && property->aliases && property->aliases[i]; i++) {
        value = weir_config_given(candidate->given, property->aliases[i]);
    }
    return value;
}

static void append_row(struct weir_buffer *body, struct candidate *candidate,
                       const struct weir_property *property)
{
    const struct weir_property one_row[] = {*property, {0}};
    const struct weir_property *const one_table[] = {one_row, NULL};
    const char *value = given_value(candidate, property);
    struct weir_error err = {0};
    if (!value || !strstr(value, "${")) { /* what a reference stands for is not known here */
        check_alone(one_table, property->name, value, &err);
    }
    const char *error = bare_message(err.message);
    if (error[0] == '\0' && strcmp(property->name, candidate->across_name) == 0) {
        error = candidate->across_message;
    }
    append_checked(body, candidate, property, property->name,
                   value ? value : property->default_value, error);
}

/* The keys that no table has, each with its own error. */
static void append_unknown(struct weir_buffer *body, struct candidate *candidate)
{
    const char *name;
    const char *value;
    size_t position = 0;
    while (weir_config_next(candidate->given, "", &position, &name, &value)) {
        struct weir_error err = {0};
        check_alone(candidate->tables, name, value, &err);
        /* With every table there are messages about required properties too: only the key's own
         * counts. */
        weir_autofree char *unknown = weir_format(REST_BODY_NAME ": %s: unknown property", name);
        if (strncmp(err.message, unknown, strlen(unknown)) == 0) {
            const struct weir_property property = {.name = name,
                                                   .documentation = "",
                                                   .importance = WEIR_IMPORTANCE_LOW,
                                                   .group = "Unknown"};
            char message[WEIR_ERROR_MESSAGE_BYTES];
            snprintf(message, sizeof(message), "%.*s", (int)strcspn(err.message, "\n"),
                     err.message);
            append_checked(body, candidate, &property, name, value, bare_message(message));
        }
    }
}

static void append_groups(struct weir_buffer *body, const struct candidate *candidate)
{
    const char *groups[128] = {NULL};
    size_t count = 0;
    for (size_t i = 0; candidate->tables[i]; i++) {
        for (const struct weir_property *property = candidate->tables[i]; property->name;
             property++) {
            const char *group = weir_property_group(property);
            size_t known = 0;
            while (known < count && strcmp(groups[known], group) != 0) {
                known++;
            }
            if (known == count && count < sizeof(groups) / sizeof(groups[0]) - 1) {
                groups[count++] = group;
            }
        }
    }
    weir_rest_strings(body, groups);
}

/* Runs the checks across properties; they need a configuration that is right row by row. */
static void check_across(struct candidate *candidate, const struct weir_stage *stage,
                         const struct weir_connector *connector, struct weir_config *config)
{
    struct weir_error err = {0};
    if (!weir_config_check(config, candidate->tables, &err)) {
        return;
    }
    if (weir_setup_check_across(stage, connector, config, &err)) {
        return;
    }
    const char *bare = split_message(err.message, candidate->across_name);
    if (!bare) {
        snprintf(candidate->across_name, sizeof(candidate->across_name), "connector.class");
        bare = err.message;
    }
    snprintf(candidate->across_message, sizeof(candidate->across_message), "%s", bare);
}

static void append_report(struct weir_buffer *body, struct candidate *candidate,
                          const struct weir_connector *connector)
{
    weir_auto_buffer configs;
    weir_buffer_init(&configs, body->bytes_max);
    for (size_t i = 0; candidate->tables[i]; i++) {
        for (const struct weir_property *property = candidate->tables[i]; property->name;
             property++) {
            if (strchr(property->name, '*') == NULL) {
                append_row(&configs, candidate, property);
            }
        }
    }
    append_unknown(&configs, candidate);
    weir_buffer_append_byte(body, '{');
    weir_rest_field(body, true, "name", weir_connector_class(connector));
    weir_buffer_append_format(body, ",\"error_count\":%d,\"groups\":", candidate->error_count);
    append_groups(body, candidate);
    weir_buffer_append_text(body, ",\"configs\":[");
    weir_buffer_append_bytes(body, weir_buffer_view(&configs));
    weir_buffer_append_text(body, "]}");
}

static bool same_class(struct rest_call *call, const struct weir_connector *connector,
                       const struct weir_config *config)
{
    const char *given = weir_config_given(config, "connector.class");
    struct weir_error err = {0};
    if (!given) {
        rest_fail(call, 400, "Connector config %s contains no connector type", call->names[0]);
        return false;
    }
    if (weir_plugins_find(call->rest->setup->plugins, given, &err) != connector) {
        rest_fail(call, 400, "Included connector type %s does not match request type %s", given,
                  call->names[0]);
        return false;
    }
    return true;
}

void rest_plugin_validate(struct rest_call *call)
{
    const struct weir_connector *connector = find_plugin(call);
    struct weir_config *config = connector ? rest_body(call) : NULL;
    struct weir_config *checked = config ? rest_body(call) : NULL; /* the check folds aliases */
    if (checked && same_class(call, connector, config)) {
        struct candidate candidate = {.given = config, .first = true};
        weir_setup_tables(call->rest->setup->stage, connector, candidate.tables);
        check_across(&candidate, call->rest->setup->stage, connector, checked);
        append_report(&call->answer->body, &candidate, connector);
    }
    weir_config_destroy(checked);
    weir_config_destroy(config);
}
