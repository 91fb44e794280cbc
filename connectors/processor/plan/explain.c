/* explain.c - the plan as text: the sink first, each input below, a line of what it does. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/plan.h"
#include "connectors/processor/plan/program_internal.h"
#include "connectors/processor/sql/printer.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

static const char *const kind_names[] = {
    "STREAM SOURCE", "TABLE SOURCE",    "FILTER",        "TABLE FILTER", "SELECT",
    "SELECT KEY",    "FLAT MAP",        "REPARTITION",   "GROUP BY",     "TABLE GROUP BY",
    "AGGREGATE",     "TABLE AGGREGATE", "STREAM-STREAM", "STREAM-TABLE", "TABLE-TABLE",
    "FOREIGN KEY",   "LIMIT",           "STREAM SINK",   "TABLE SINK"};

static void print_columns(const struct weir_column *columns, size_t count, const char *suffix,
                          bool first, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_format(buffer, "%s`%s` ", first && i == 0 ? "" : ", ", columns[i].name);
        weir_type_print(columns[i].type, buffer);
        weir_buffer_append_text(buffer, suffix);
    }
}

void weir_print_schema(const struct weir_schema *schema, struct weir_buffer *buffer)
{
    print_columns(schema->key, schema->key_count, " KEY", true, buffer);
    print_columns(schema->values, schema->value_count, "", schema->key_count == 0, buffer);
}

static void print_duration(int64_t duration_ms, struct weir_buffer *buffer)
{
    if (duration_ms >= 1000 && duration_ms % 1000 == 0) {
        weir_buffer_append_format(buffer, "%" PRId64 " s", duration_ms / 1000);
    } else {
        weir_buffer_append_format(buffer, "%" PRId64 " ms", duration_ms);
    }
}

static void print_format(const struct weir_format *format, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, weir_format_name(format->kind));
}

static void print_formats(const struct weir_formats *formats, struct weir_buffer *buffer)
{
    weir_buffer_append_text(buffer, " key ");
    print_format(&formats->key, buffer);
    weir_buffer_append_text(buffer, ", value ");
    print_format(&formats->value, buffer);
}

static void print_timestamp(const struct weir_timestamp *timestamp, struct weir_buffer *buffer)
{
    if (timestamp->column) {
        weir_buffer_append_format(buffer, ", time from `%s`", timestamp->column);
    }
}

static void print_source(const struct weir_step *step, struct weir_buffer *buffer)
{
    const struct weir_source *source = step->source.source;
    weir_buffer_append_format(buffer, " %s from topic %s,", source->name, source->topic);
    print_formats(&source->formats, buffer);
    print_timestamp(&source->timestamp, buffer);
    weir_buffer_append_text(buffer, step->source.materialised ? ", materialised" : "");
}

static void print_sink(const struct weir_step *step, struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, " %s to topic %s,", step->sink.name, step->sink.topic);
    print_formats(&step->sink.formats, buffer);
    print_timestamp(&step->sink.timestamp, buffer);
}

static void print_values(const struct weir_column *columns,
                         const struct weir_expression *const *values, size_t count,
                         struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : " ");
        weir_sql_print_expression(values[i], buffer);
        weir_buffer_append_format(buffer, " AS `%s`", columns[i].name);
    }
}

static void print_window(const struct weir_plan_window *window, struct weir_buffer *buffer)
{
    static const char *const kinds[] = {"TUMBLING", "HOPPING", "SESSION"};
    weir_buffer_append_format(buffer, " WINDOW %s ", kinds[window->kind]);
    print_duration(window->size_ms, buffer);
    if (window->kind == WEIR_WINDOW_HOPPING) {
        weir_buffer_append_text(buffer, " advance ");
        print_duration(window->advance_ms, buffer);
    }
    weir_buffer_append_text(buffer, " grace ");
    print_duration(window->grace_ms, buffer);
    weir_buffer_append_text(buffer, " retention ");
    print_duration(window->retention_ms, buffer);
}

static void print_aggregate(const struct weir_step *step, struct weir_buffer *buffer)
{
    const struct weir_step_aggregate *aggregate = &step->aggregate;
    for (size_t i = 0; i < aggregate->call_count; i++) {
        const struct weir_aggregate_call *call = &aggregate->calls[i];
        weir_buffer_append_format(buffer, "%s%s(", i ? ", " : " ", call->function);
        for (size_t j = 0; j < call->argument_count; j++) {
            weir_buffer_append_text(buffer, j ? ", " : "");
            weir_sql_print_expression(call->arguments[j], buffer);
        }
        weir_buffer_append_text(buffer, ")");
    }
    if (aggregate->windowed) {
        print_window(&aggregate->window, buffer);
        weir_buffer_append_text(buffer, aggregate->emit_final ? " EMIT FINAL" : " EMIT CHANGES");
    }
    weir_buffer_append_format(buffer, ", store %s", aggregate->store);
}

static void print_join(const struct weir_step *step, struct weir_buffer *buffer)
{
    static const char *const kinds[] = {"INNER", "LEFT", "RIGHT", "FULL"};
    weir_buffer_append_format(buffer, " %s JOIN", kinds[step->join.kind]);
    if (step->kind == WEIR_STEP_STREAM_STREAM_JOIN) {
        weir_buffer_append_text(buffer, " within (");
        print_duration(step->join.before_ms, buffer);
        weir_buffer_append_text(buffer, ", ");
        print_duration(step->join.after_ms, buffer);
        weir_buffer_append_text(buffer, ") grace ");
        print_duration(step->join.grace_ms, buffer);
    }
    if (step->join.foreign_key) {
        weir_buffer_append_text(buffer, " on ");
        weir_sql_print_expression(step->join.foreign_key, buffer);
    }
}

/* Towards an aggregate the rows of a key go as one record a commit. */
static bool is_gathered(const struct weir_query_plan *plan, const struct weir_step *step)
{
    const char *value = weir_plan_property_value(plan, "weir.repartition.pack");
    bool gathered = false;
    for (size_t i = 0; i < plan->step_count; i++) {
        gathered |= plan->steps[i]->kind == WEIR_STEP_AGGREGATE && plan->steps[i]->input == step;
    }
    return gathered && (!value || strcasecmp(value, "true") == 0);
}

static void print_list(const struct weir_expression *const *items, size_t count,
                       struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i ? ", " : " ");
        weir_sql_print_expression(items[i], buffer);
    }
}

static void print_details(const struct weir_step *step, struct weir_buffer *buffer)
{
    switch (step->kind) {
    case WEIR_STEP_STREAM_SOURCE:
    case WEIR_STEP_TABLE_SOURCE:
        print_source(step, buffer);
        return;
    case WEIR_STEP_FILTER:
    case WEIR_STEP_TABLE_FILTER:
        print_list(&step->filter.predicate, 1, buffer);
        return;
    case WEIR_STEP_SELECT:
        print_values(step->schema.values, step->select.values, step->schema.value_count, buffer);
        return;
    case WEIR_STEP_SELECT_KEY:
        print_list(step->select_key.keys, step->schema.key_count, buffer);
        weir_buffer_append_text(buffer, " ->");
        print_values(step->schema.values, step->select_key.values, step->schema.value_count,
                     buffer);
        return;
    case WEIR_STEP_FLAT_MAP:
        print_list(step->flat_map.calls, step->flat_map.call_count, buffer);
        return;
    case WEIR_STEP_REPARTITION:
        weir_buffer_append_format(buffer, " through %s-repartition,", step->repartition.topic);
        print_formats(&step->repartition.formats, buffer);
        return;
    case WEIR_STEP_GROUP_BY:
    case WEIR_STEP_TABLE_GROUP_BY:
        print_list(step->group_by.keys, step->group_by.key_count, buffer);
        return;
    case WEIR_STEP_AGGREGATE:
    case WEIR_STEP_TABLE_AGGREGATE:
        print_aggregate(step, buffer);
        return;
    case WEIR_STEP_STREAM_STREAM_JOIN:
    case WEIR_STEP_STREAM_TABLE_JOIN:
    case WEIR_STEP_TABLE_TABLE_JOIN:
    case WEIR_STEP_FOREIGN_KEY_JOIN:
        print_join(step, buffer);
        return;
    case WEIR_STEP_LIMIT:
        weir_buffer_append_format(buffer, " %" PRId64, step->limit.limit);
        return;
    case WEIR_STEP_STREAM_SINK:
    case WEIR_STEP_TABLE_SINK:
        print_sink(step, buffer);
        return;
    }
}

static void print_step(const struct weir_query_plan *plan, const struct weir_step *step,
                       unsigned depth, struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "%*s> [%s] %s", (int)(depth * 2), "", step->id,
                              kind_names[step->kind]);
    print_details(step, buffer);
    weir_buffer_append_text(buffer, "\n");
    weir_buffer_append_format(buffer, "%*s  | ", (int)(depth * 2), "");
    weir_print_schema(&step->schema, buffer);
    weir_buffer_append_text(buffer,
                            step->schema.window != WEIR_WINDOW_NONE ? " (windowed)\n" : "\n");
    if (step->kind == WEIR_STEP_REPARTITION && is_gathered(plan, step)) {
        weir_buffer_append_format(buffer, "%*s  | rows of a key are gathered until the commit\n",
                                  (int)(depth * 2), "");
    }
    if (step->input) {
        print_step(plan, step->input, depth + 1, buffer);
    }
    if (step->right) {
        print_step(plan, step->right, depth + 1, buffer);
    }
}

void weir_plan_print(const struct weir_query_plan *plan, struct weir_buffer *buffer)
{
    print_step(plan, plan->root, 0, buffer);
}

const char *weir_plan_property_value(const struct weir_query_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->property_count; i++) {
        if (strcmp(plan->properties[i].name, name) == 0) {
            return plan->properties[i].value;
        }
    }
    return NULL;
}
