/* sink.c - where a persistent query writes: name, topic, formats, and the last step. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/plan/planner_internal.h"
#include "connectors/processor/plan/program_internal.h"

#include <string.h>

static bool sink_formats(struct weir_planner *planner, struct weir_source *result)
{
    const struct weir_properties *properties = planner->properties;
    const struct weir_formats *from = &planner->sources[0].source->formats;
    const char *key =
        properties->key_format ? properties->key_format : weir_format_name(from->key.kind);
    const char *value =
        properties->value_format ? properties->value_format : weir_format_name(from->value.kind);
    bool written_key = properties->key_format && strcmp(key, "NONE") != 0;
    if (planner->partition_by_null && written_key) {
        return weir_planner_fail(planner, properties->key_format_place,
                                 "Key format specified for stream without key columns.");
    }
    if (planner->partition_by_null) {
        key = "NONE";
    } else if (!properties->key_format && from->key.kind == WEIR_FORMAT_NONE &&
               result->schema.key_count > 0) {
        const char *session =
            weir_metastore_property(planner->metastore, "ksql.persistence.default.format.key");
        key = session ? session : "KAFKA";
    }
    if (!weir_properties_format(properties, true, key, &from->key, &result->formats.key,
                                planner->err) ||
        !weir_properties_format(properties, false, value, &from->value, &result->formats.value,
                                planner->err)) {
        return false;
    }
    result->formats.key.unwrapped = result->schema.key_count == 1;
    return weir_properties_unwrap(properties, planner->metastore, &result->schema,
                                  &result->formats.value, planner->err);
}

static const char *sink_topic_name(struct weir_planner *planner)
{
    const char *prefix =
        weir_metastore_property(planner->metastore, "ksql.output.topic.name.prefix");
    if (planner->properties->topic) {
        return planner->properties->topic;
    }
    return prefix ? weir_arena_format(planner->arena, "%s%s", prefix, planner->sink_name)
                  : planner->sink_name;
}

static int64_t sink_retention_ms(const struct weir_planner *planner)
{
    int64_t retention_ms = planner->properties->retention_ms;
    for (size_t i = 0; i < planner->step_count; i++) {
        const struct weir_step *step = planner->steps[i];
        bool windowed = step->kind == WEIR_STEP_AGGREGATE && step->aggregate.windowed;
        if (windowed && retention_ms >= 0 && step->aggregate.window.retention_ms > retention_ms) {
            retention_ms = step->aggregate.window.retention_ms;
        }
    }
    return retention_ms;
}

static bool sink_topic(struct weir_planner *planner, const struct weir_source *result,
                       struct weir_topic_request *topic)
{
    const struct weir_properties *properties = planner->properties;
    const char *from = planner->sources[0].source->topic;
    int32_t existing =
        planner->topics->partition_count(planner->topics->context, result->topic, planner->err);
    int32_t inherited = existing < 0 ? -1
                                     : planner->topics->partition_count(planner->topics->context,
                                                                        from, planner->err);
    if (existing < 0 || inherited < 0) {
        return false;
    }
    int32_t wanted = properties->partitions ? properties->partitions : inherited ? inherited : 1;
    if (existing > 0 && properties->partitions && existing != properties->partitions) {
        return weir_planner_fail(planner, properties->place,
                                 "A Kafka topic with the name '%s' already exists, with different "
                                 "partition configuration "
                                 "than required. It has %d partitions, not %d.",
                                 result->topic, existing, properties->partitions);
    }
    bool windowed = result->schema.window != WEIR_WINDOW_NONE;
    if (properties->retention_ms >= 0 && result->table && !windowed) {
        return weir_planner_fail(
            planner, properties->place,
            "Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables do not "
            "support retention.");
    }
    *topic = (struct weir_topic_request){.create = existing == 0,
                                         .name = result->topic,
                                         .partitions = existing ? existing : wanted,
                                         .replicas = properties->replicas,
                                         .compact = result->table,
                                         .retain = !result->table || windowed,
                                         .retention_ms = sink_retention_ms(planner)};
    return true;
}

static void sink_step(struct weir_planner *planner, const struct weir_source *result)
{
    struct weir_stage *stage = &planner->stage;
    bool table = stage->step->table;
    struct weir_step *step = weir_planner_step(
        planner, table ? WEIR_STEP_TABLE_SINK : WEIR_STEP_STREAM_SINK, result->name);
    step->input = stage->step;
    step->table = table;
    step->schema = stage->step->schema;
    step->sink.name = result->name;
    step->sink.topic = result->topic;
    step->sink.formats = result->formats;
    step->sink.timestamp = result->timestamp;
    stage->step = step;
}

static bool check_kind(struct weir_planner *planner)
{
    bool table = planner->stage.step->table;
    if (planner->target) {
        return table == planner->target->table ||
               weir_planner_fail(planner, planner->query->place,
                                 "Incompatible data sink and query result. Data sink (%s) type is "
                                 "%s but select query "
                                 "result is %s.",
                                 planner->sink_name, planner->target->table ? "KTABLE" : "KSTREAM",
                                 table ? "KTABLE" : "KSTREAM");
    }
    return table == planner->sink_is_table ||
           weir_planner_fail(planner, planner->query->place,
                             "Invalid result type. Your SELECT query produces a %s. Please use "
                             "CREATE %s AS SELECT "
                             "statement instead.",
                             table ? "TABLE" : "STREAM", table ? "TABLE" : "STREAM");
}

static bool same_columns(const struct weir_column *a, size_t a_count, const struct weir_column *b,
                         size_t b_count)
{
    for (size_t i = 0; i < a_count && i < b_count; i++) {
        if (strcmp(a[i].name, b[i].name) != 0 || !weir_type_equal(a[i].type, b[i].type)) {
            return false;
        }
    }
    return a_count == b_count;
}

static bool existing_sink(struct weir_planner *planner)
{
    const struct weir_source *target = planner->target;
    const struct weir_schema *schema = &planner->stage.step->schema;
    if (same_columns(schema->key, schema->key_count, target->schema.key,
                     target->schema.key_count) &&
        same_columns(schema->values, schema->value_count, target->schema.values,
                     target->schema.value_count)) {
        struct weir_source result = *target;
        sink_step(planner, &result);
        return true;
    }
    weir_auto_buffer is, should;
    weir_buffer_init(&is, 400);
    weir_buffer_init(&should, 400);
    weir_print_schema(schema, &is);
    weir_print_schema(&target->schema, &should);
    return weir_planner_fail(
        planner, planner->query->place,
        "Incompatible schema between results and sink. Result schema is %s, but the sink schema is "
        "%s.",
        weir_buffer_text(&is), weir_buffer_text(&should));
}

bool weir_planner_sink(struct weir_planner *planner, struct weir_topic_request *topic_out)
{
    struct weir_source *result = &planner->result;
    if (!check_kind(planner)) {
        return false;
    }
    if (planner->target) {
        *topic_out = (struct weir_topic_request){.name = planner->target->topic};
        return existing_sink(planner);
    }
    *result = (struct weir_source){.name = planner->sink_name,
                                   .table = planner->sink_is_table,
                                   .created_by_as = true,
                                   .topic = sink_topic_name(planner),
                                   .schema = planner->stage.step->schema};
    if (!sink_formats(planner, result) ||
        !weir_check_formats(&result->schema, &result->formats, planner->query->place,
                            planner->err) ||
        !weir_properties_timestamp(planner->properties, &result->schema, &result->timestamp,
                                   planner->err) ||
        !sink_topic(planner, result, topic_out)) {
        return false;
    }
    sink_step(planner, result);
    return true;
}
