/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/topology.h"

#include "connectors/processor/operators/topology_step.h"
#include "connectors/processor/sql/printer.h"
#include "core/base/hash_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FINGERPRINT_BYTES_MAX = 1 << 20 };

/* ---- options ---- */

static const char *property(const struct weir_query_plan *plan, const char *name)
{
    static const char prefix[] = "ksql.streams.";
    const char *value = NULL;
    for (size_t i = 0; i < plan->property_count; i++) {
        const char *written = plan->properties[i].name;
        if (strncmp(written, prefix, sizeof prefix - 1) == 0) {
            written += sizeof prefix - 1;
        }
        if (strcmp(written, name) == 0) {
            value = plan->properties[i].value;
        }
    }
    return value;
}

static void take_bool(const struct weir_query_plan *plan, const char *name, bool *value)
{
    const char *text = property(plan, name);
    if (text) {
        *value = strcasecmp(text, "true") == 0;
    }
}

static void take_number(const struct weir_query_plan *plan, const char *name, int64_t *value)
{
    const char *text = property(plan, name);
    if (text) {
        *value = strtoll(text, NULL, 10);
    }
}

static struct weir_topology_options lay_over(const struct weir_topology_options *options,
                                             const struct weir_query_plan *plan)
{
    struct weir_topology_options all = *options;
    int64_t cache_bytes = all.emit_per_commit;
    take_number(plan, "cache.max.bytes.buffering", &cache_bytes);
    all.emit_per_commit = cache_bytes > 0;
    take_bool(plan, "weir.repartition.pack", &all.repartition_pack);
    take_bool(plan, "weir.emit.final.lossless", &all.emit_final_lossless);
    take_number(plan, "weir.window.idle.close.ms", &all.window_idle_close_ms);
    take_number(plan, "__emit.interval.ms.kstreams.windowed.aggregation__", &all.emit_interval_ms);
    take_bool(plan, "ksql.timestamp.throw.on.invalid", &all.throw_on_invalid_timestamp);
    take_bool(plan, "ksql.fail.on.deserialization.error", &all.fail_on_bad_record);
    return all;
}

/* ---- cutting ---- */

struct builder {
    struct weir_arena *arena;
    const struct weir_query_plan *plan;
    struct weir_topology *topology;
    struct weir_topology_step *steps;
    uint32_t *groups; /* by step number: of its output; a group is named after one of its steps */
};

static void group_join(struct builder *builder, uint32_t a, uint32_t b)
{
    uint32_t keep = a < b ? a : b, drop = a < b ? b : a;
    for (size_t i = 0; i < builder->plan->step_count; i++) {
        if (builder->groups[i] == drop) {
            builder->groups[i] = keep;
        }
    }
}

static void find_groups(struct builder *builder)
{
    for (uint32_t i = 0; i < builder->plan->step_count; i++) {
        const struct weir_step *step = builder->plan->steps[i];
        bool starts = !step->input || step->kind == WEIR_STEP_REPARTITION;
        builder->groups[i] = starts ? i : builder->groups[step->input->number];
        if (step->right && step->kind != WEIR_STEP_FOREIGN_KEY_JOIN) {
            group_join(builder, builder->groups[i], builder->groups[step->right->number]);
        }
        if (step->input) {
            builder->steps[step->input->number].consumer = step;
        }
        if (step->right) {
            builder->steps[step->right->number].consumer = step;
            builder->steps[step->right->number].consumer_port = 1;
        }
    }
}

/* Groups become 0, 1, 2 ... in the order of their first step. */
static void number_groups(struct builder *builder)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < builder->plan->step_count; i++) {
        uint32_t group = builder->groups[i];
        bool first = true;
        for (uint32_t before = 0; first && before < i; before++) {
            first = builder->groups[before] != group;
            if (!first) {
                builder->steps[i].subtopology = builder->steps[before].subtopology;
            }
        }
        if (first) {
            builder->steps[i].subtopology = count++;
        }
    }
    builder->topology->subtopology_count = count;
}

/* ---- sources and sinks ---- */

enum { SUBSCRIPTION_PORT = 0, RESPONSE_PORT = 1 };

static bool is_source(const struct weir_step *step)
{
    return step->kind == WEIR_STEP_STREAM_SOURCE || step->kind == WEIR_STEP_TABLE_SOURCE;
}

static bool is_sink(const struct weir_step *step)
{
    return step->kind == WEIR_STEP_STREAM_SINK || step->kind == WEIR_STEP_TABLE_SINK;
}

/* Where a foreign key join meets its right side. */
static uint32_t right_subtopology(const struct builder *builder, const struct weir_step *step)
{
    return builder->steps[step->right->number].subtopology;
}

static void add_source(struct weir_subtopology *sub, struct weir_topology_source *sources,
                       struct weir_topology_source source)
{
    sources[sub->source_count++] = source;
}

static void find_sources(struct builder *builder, struct weir_subtopology *sub)
{
    size_t count_max = 2 * builder->plan->step_count;
    struct weir_topology_source *sources =
        weir_arena_calloc(builder->arena, count_max, sizeof *sources);
    for (size_t i = 0; i < builder->plan->step_count; i++) {
        const struct weir_step *step = builder->plan->steps[i];
        bool here = builder->steps[i].subtopology == sub->number;
        if (here && is_source(step)) {
            add_source(
                sub, sources,
                (struct weir_topology_source){.topic = step->source.source->topic, .step = step});
        } else if (here && step->kind == WEIR_STEP_REPARTITION) {
            add_source(sub, sources,
                       (struct weir_topology_source){
                           .topic = step->repartition.topic, .internal = true, .step = step});
        } else if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN) {
            if (right_subtopology(builder, step) == sub->number) {
                add_source(sub, sources,
                           (struct weir_topology_source){.topic = step->join.subscription_topic,
                                                         .internal = true,
                                                         .step = step,
                                                         .port = SUBSCRIPTION_PORT});
            }
            if (here) {
                add_source(sub, sources,
                           (struct weir_topology_source){.topic = step->join.response_topic,
                                                         .internal = true,
                                                         .step = step,
                                                         .port = RESPONSE_PORT});
            }
        }
    }
    sub->sources = sources;
}

static void add_sink(struct builder *builder, struct weir_topology_sink sink)
{
    struct weir_topology_sink *sinks; /* const for all but the builder */
    memcpy(&sinks, &builder->topology->sinks, sizeof sinks);
    sink.index = (uint32_t)builder->topology->sink_count++;
    sinks[sink.index] = sink;
}

static void find_all_sinks(struct builder *builder)
{
    builder->topology->sinks = weir_arena_calloc(builder->arena, 2 * builder->plan->step_count,
                                                 sizeof *builder->topology->sinks);
    for (size_t i = 0; i < builder->plan->step_count; i++) {
        const struct weir_step *step = builder->plan->steps[i];
        if (is_sink(step)) {
            add_sink(builder, (struct weir_topology_sink){.topic = step->sink.topic, .step = step});
        } else if (step->kind == WEIR_STEP_REPARTITION) {
            add_sink(builder, (struct weir_topology_sink){.topic = step->repartition.topic,
                                                          .internal = true,
                                                          .step = step});
        } else if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN) {
            add_sink(builder, (struct weir_topology_sink){.topic = step->join.subscription_topic,
                                                          .internal = true,
                                                          .step = step,
                                                          .port = SUBSCRIPTION_PORT});
            add_sink(builder, (struct weir_topology_sink){.topic = step->join.response_topic,
                                                          .internal = true,
                                                          .step = step,
                                                          .port = RESPONSE_PORT});
        }
    }
}

static uint32_t sink_subtopology(const struct builder *builder,
                                 const struct weir_topology_sink *sink)
{
    const struct weir_step *step = sink->step;
    if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN && sink->port == RESPONSE_PORT) {
        return right_subtopology(builder, step);
    }
    return builder->steps[step->input->number].subtopology;
}

static void find_sinks(struct builder *builder, struct weir_subtopology *sub)
{
    const struct weir_topology_sink **sinks =
        weir_arena_calloc(builder->arena, builder->topology->sink_count, sizeof *sinks);
    for (size_t i = 0; i < builder->topology->sink_count; i++) {
        if (sink_subtopology(builder, &builder->topology->sinks[i]) == sub->number) {
            sinks[sub->sink_count++] = &builder->topology->sinks[i];
        }
    }
    sub->sinks = sinks;
}

/* ---- stores ---- */

int64_t weir_join_retention_ms(const struct weir_step_join *join)
{
    int64_t retention_ms;
    if (__builtin_add_overflow(join->before_ms, join->after_ms, &retention_ms) ||
        __builtin_add_overflow(retention_ms, join->grace_ms, &retention_ms)) {
        return INT64_MAX / 2;
    }
    return retention_ms > 0 ? retention_ms : 1;
}

int64_t weir_topology_join_retention_ms(const struct weir_step *step)
{
    return weir_join_retention_ms(&step->join);
}

const char *weir_subscription_store_name(struct weir_arena *arena, const struct weir_step *step)
{
    return weir_arena_format(arena, "%s-subscriptions", step->id);
}

/* The source whose records lead to step by stateless operators only, so that replaying them fills
 * its store; -1: none. */
static int32_t replayable_source(const struct weir_subtopology *sub, const struct weir_step *step)
{
    while (step->kind == WEIR_STEP_FILTER || step->kind == WEIR_STEP_SELECT ||
           step->kind == WEIR_STEP_SELECT_KEY || step->kind == WEIR_STEP_FLAT_MAP) {
        step = step->input;
    }
    for (size_t i = 0; step->kind == WEIR_STEP_STREAM_SOURCE && i < sub->source_count; i++) {
        if (sub->sources[i].step == step) {
            return (int32_t)i;
        }
    }
    return -1;
}

static int32_t own_source(const struct weir_subtopology *sub, const struct weir_step *step)
{
    for (size_t i = 0; i < sub->source_count; i++) {
        if (sub->sources[i].step == step) {
            return (int32_t)i;
        }
    }
    return -1;
}

static void add_store(struct weir_subtopology *sub, struct weir_topology_store *stores,
                      const struct weir_step *step, struct weir_topology_store store)
{
    store.step_number = step->number;
    stores[sub->store_count++] = store;
}

static void add_join_stores(struct builder *builder, struct weir_subtopology *sub,
                            struct weir_topology_store *stores, const struct weir_step *step)
{
    const struct weir_step_join *join = &step->join;
    bool replay = builder->topology->options.join_restore_source;
    int64_t retention_ms = weir_join_retention_ms(join);
    add_store(sub, stores, step,
              (struct weir_topology_store){.name = join->left_store,
                                           .kind = WEIR_STORE_JOIN,
                                           .restore_source =
                                               replay ? replayable_source(sub, step->input) : -1,
                                           .retention_ms = retention_ms});
    add_store(sub, stores, step,
              (struct weir_topology_store){.name = join->right_store,
                                           .kind = WEIR_STORE_JOIN,
                                           .restore_source =
                                               replay ? replayable_source(sub, step->right) : -1,
                                           .retention_ms = retention_ms});
    if (weir_join_waits(join)) {
        add_store(sub, stores, step,
                  (struct weir_topology_store){
                      .name = join->outer_store, .kind = WEIR_STORE_ORDERED, .restore_source = -1});
    }
}

static void add_aggregate_store(struct weir_subtopology *sub, struct weir_topology_store *stores,
                                const struct weir_step *step)
{
    const struct weir_step_aggregate *aggregate = &step->aggregate;
    bool session = aggregate->windowed && aggregate->window.kind == WEIR_WINDOW_SESSION_GAP;
    add_store(sub, stores, step,
              (struct weir_topology_store){
                  .name = aggregate->store,
                  .kind = session ? WEIR_STORE_SESSION : WEIR_STORE_WINDOW,
                  .restore_source = -1,
                  .retention_ms = aggregate->windowed ? aggregate->window.retention_ms : 0});
}

static void add_table_store(struct weir_subtopology *sub, struct weir_topology_store *stores,
                            const struct weir_step *step, const char *name, int32_t restore_source)
{
    add_store(sub, stores, step,
              (struct weir_topology_store){
                  .name = name, .kind = WEIR_STORE_TABLE, .restore_source = restore_source});
}

static void add_foreign_key_stores(struct builder *builder, struct weir_subtopology *sub,
                                   struct weir_topology_store *stores, const struct weir_step *step)
{
    if (builder->steps[step->number].subtopology == sub->number) {
        add_table_store(sub, stores, step, step->join.left_store, -1);
    }
    if (right_subtopology(builder, step) == sub->number) {
        add_table_store(sub, stores, step, step->join.right_store, -1);
        add_store(
            sub, stores, step,
            (struct weir_topology_store){.name = weir_subscription_store_name(builder->arena, step),
                                         .kind = WEIR_STORE_ORDERED,
                                         .restore_source = -1});
    }
}

static void add_stores_of(struct builder *builder, struct weir_subtopology *sub,
                          struct weir_topology_store *stores, const struct weir_step *step)
{
    if (step->kind == WEIR_STEP_FOREIGN_KEY_JOIN) {
        add_foreign_key_stores(builder, sub, stores, step);
        return;
    }
    if (builder->steps[step->number].subtopology != sub->number) {
        return;
    }
    if (step->kind == WEIR_STEP_TABLE_SOURCE && step->source.materialised) {
        add_table_store(sub, stores, step, step->source.store, own_source(sub, step));
    } else if (step->kind == WEIR_STEP_AGGREGATE || step->kind == WEIR_STEP_TABLE_AGGREGATE) {
        add_aggregate_store(sub, stores, step);
    } else if (step->kind == WEIR_STEP_STREAM_STREAM_JOIN) {
        add_join_stores(builder, sub, stores, step);
    } else if (step->kind == WEIR_STEP_STREAM_TABLE_JOIN) {
        add_table_store(sub, stores, step, step->join.right_store, -1);
    } else if (step->kind == WEIR_STEP_TABLE_TABLE_JOIN) {
        add_table_store(sub, stores, step, step->join.left_store, -1);
        add_table_store(sub, stores, step, step->join.right_store, -1);
    }
}

static void find_stores(struct builder *builder, struct weir_subtopology *sub)
{
    struct weir_topology_store *stores =
        weir_arena_calloc(builder->arena, 3 * builder->plan->step_count, sizeof *stores);
    for (size_t i = 0; i < builder->plan->step_count; i++) {
        add_stores_of(builder, sub, stores, builder->plan->steps[i]);
    }
    sub->stores = stores;
}

/* ---- gathered rows ---- */

bool weir_topology_packs(const struct weir_topology *topology, const struct weir_step *step)
{
    const struct weir_step *consumer = topology->steps[step->number].consumer;
    return topology->options.repartition_pack && step->kind == WEIR_STEP_REPARTITION &&
           !step->table && consumer && consumer->kind == WEIR_STEP_AGGREGATE;
}

int64_t weir_topology_gather_span_ms(const struct weir_topology *topology, uint32_t subtopology)
{
    const struct weir_subtopology *sub = &topology->subtopologies[subtopology];
    int64_t span_ms = 0;
    for (size_t i = 0; i < sub->sink_count; i++) {
        const struct weir_step *step = sub->sinks[i]->step;
        if (!weir_topology_packs(topology, step)) {
            continue;
        }
        const struct weir_step_aggregate *aggregate =
            &topology->steps[step->number].consumer->aggregate;
        const struct weir_plan_window *window = &aggregate->window;
        int64_t own_ms = window->advance_ms > 0 ? window->advance_ms : window->size_ms;
        if (aggregate->windowed && own_ms > 0 && (span_ms == 0 || own_ms < span_ms)) {
            span_ms = own_ms;
        }
    }
    return span_ms;
}

/* Rows of one source partition may come out in several, and those of several in one. */
static bool changes_keys(const struct weir_topology *topology, uint32_t subtopology)
{
    const struct weir_query_plan *plan = topology->plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct weir_step *step = plan->steps[i];
        bool scatters = step->kind == WEIR_STEP_SELECT_KEY || step->schema.key_count == 0;
        if (scatters && topology->steps[step->number].subtopology == subtopology) {
            return true;
        }
    }
    return false;
}

bool weir_topology_in_lockstep(const struct weir_topology *topology, uint32_t subtopology)
{
    const struct weir_subtopology *sub = &topology->subtopologies[subtopology];
    for (size_t i = 0; i < sub->sink_count; i++) {
        const struct weir_topology_sink *sink = sub->sinks[i];
        if (sink->internal ? !weir_topology_packs(topology, sink->step)
                           : changes_keys(topology, subtopology)) {
            return true;
        }
    }
    return false;
}

/* ---- fingerprint ---- */

static void print_columns(const struct weir_column *columns, size_t count, const bool *needed,
                          struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, needed && !needed[i] ? "-" : "+");
        weir_type_print(columns[i].type, buffer);
    }
}

static void print_window(const struct weir_step_aggregate *aggregate, struct weir_buffer *buffer)
{
    const struct weir_plan_window *window = &aggregate->window;
    weir_buffer_append_format(buffer, " %s %d %d %lld %lld", aggregate->store, aggregate->windowed,
                              (int)window->kind, (long long)window->size_ms,
                              (long long)window->advance_ms);
    for (size_t i = 0; i < aggregate->call_count; i++) {
        const struct weir_aggregate_call *call = &aggregate->calls[i];
        weir_buffer_append_format(buffer, " %s", call->function);
        for (size_t argument = 0; argument < call->argument_count; argument++) {
            weir_buffer_append_text(buffer, " ");
            weir_sql_print_expression(call->arguments[argument], buffer);
        }
    }
}

static void print_keys(const struct weir_step_group_by *group_by, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < group_by->key_count; i++) {
        weir_buffer_append_text(buffer, " ");
        weir_sql_print_expression(group_by->keys[i], buffer);
    }
}

static void print_stores(const struct weir_topology *topology, struct weir_buffer *buffer)
{
    for (size_t sub = 0; sub < topology->subtopology_count; sub++) {
        const struct weir_subtopology *which = &topology->subtopologies[sub];
        for (size_t i = 0; i < which->store_count; i++) {
            weir_buffer_append_format(buffer, "\n%s %d %d", which->stores[i].name,
                                      (int)which->stores[i].kind, which->stores[i].restore_source);
        }
    }
}

static uint64_t fingerprint(const struct builder *builder)
{
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, FINGERPRINT_BYTES_MAX);
    for (size_t i = 0; i < builder->plan->step_count; i++) {
        const struct weir_step *step = builder->plan->steps[i];
        weir_buffer_append_format(&buffer, "\n%d %s %u %d ", (int)step->kind, step->id,
                                  builder->steps[i].subtopology, step->table);
        print_columns(step->schema.key, step->schema.key_count, NULL, &buffer);
        weir_buffer_append_text(&buffer, " ");
        print_columns(step->schema.values, step->schema.value_count, builder->steps[i].needed,
                      &buffer);
        if (step->kind == WEIR_STEP_AGGREGATE || step->kind == WEIR_STEP_TABLE_AGGREGATE) {
            print_window(&step->aggregate, &buffer);
        } else if (step->kind == WEIR_STEP_GROUP_BY || step->kind == WEIR_STEP_TABLE_GROUP_BY) {
            print_keys(&step->group_by, &buffer);
        }
    }
    print_stores(builder->topology, &buffer);
    return weir_hash(buffer.data, buffer.len);
}

const struct weir_topology *weir_topology_build(struct weir_arena *arena,
                                                const struct weir_query_plan *plan,
                                                const struct weir_topology_options *options)
{
    struct weir_topology *topology = weir_arena_calloc(arena, 1, sizeof *topology);
    struct builder builder = {
        .arena = arena,
        .plan = plan,
        .topology = topology,
        .steps = weir_arena_calloc(arena, plan->step_count, sizeof *builder.steps),
        .groups = weir_arena_calloc(arena, plan->step_count, sizeof *builder.groups),
    };
    topology->plan = plan;
    topology->options = lay_over(options, plan);
    topology->steps = builder.steps;
    find_groups(&builder);
    number_groups(&builder);
    weir_topology_find_needed(arena, plan, builder.steps);
    find_all_sinks(&builder);
    struct weir_subtopology *subs =
        weir_arena_calloc(arena, topology->subtopology_count, sizeof *subs);
    for (uint32_t i = 0; i < topology->subtopology_count; i++) {
        subs[i].number = i;
        find_sources(&builder, &subs[i]);
        find_sinks(&builder, &subs[i]);
        find_stores(&builder, &subs[i]);
    }
    topology->subtopologies = subs;
    topology->fingerprint = fingerprint(&builder);
    return topology;
}
