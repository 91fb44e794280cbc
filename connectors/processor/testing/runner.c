/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/testing/runner.h"

#include "connectors/processor/plan/program.h"
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/testing/memory_topics.h"
#include "connectors/processor/testing/query_run.h"
#include "connectors/processor/testing/record_text.h"
#include "connectors/processor/values/json_text.h"
#include "connectors/processor/values/row_format.h"
#include "core/base/alloc.h"
#include "core/base/clock.h"

#include <stdlib.h>

enum { PARTITIONS_DEFAULT = 4 };

struct query {
    const struct weir_query_plan *plan;
    struct query *next;
};

struct name {
    const char *text;
    struct name *next;
};

struct runner {
    struct weir_arena *arena;
    const struct weir_test_case *test;
    struct weir_metastore *metastore;
    struct weir_memory_topics topics;
    struct weir_record *inputs;  /* encoded */
    struct query *first, **last; /* queries in order of creation */
    struct name *internal;       /* topics written to */
    struct weir_buffer outputs;
    const char *error_kind;
};

/* ---- topics ---- */

static int32_t partition_count(void *context, const char *name, struct weir_error *err)
{
    (void)err;
    const struct weir_memory_topic *topic = weir_memory_topics_find(context, name);
    return topic ? topic->partitions : 0;
}

static const struct weir_expression *with_value(const struct weir_with *with, const char *name)
{
    for (size_t i = 0; i < with->count; i++) {
        if (strcmp(with->properties[i].name, name) == 0) {
            return with->properties[i].value;
        }
    }
    return NULL;
}

static int32_t partitions_of(const struct weir_with *with)
{
    const struct weir_expression *partitions = with_value(with, "PARTITIONS");
    int64_t count = 0;
    if (partitions && partitions->kind == WEIR_EXPRESSION_INTEGER) {
        count = partitions->integer;
    } else if (partitions && partitions->kind == WEIR_EXPRESSION_STRING) {
        count = strtoll(partitions->literal.text, NULL, 10);
    }
    return count > 0 && count <= INT32_MAX ? (int32_t)count : PARTITIONS_DEFAULT;
}

/* Topics exist before the first statement. */
static void make_topics(struct runner *runner, const struct weir_statements *program)
{
    for (size_t i = 0; i < runner->test->topic_count; i++) {
        weir_memory_topics_make(&runner->topics, runner->test->topics[i].name,
                                runner->test->topics[i].partitions);
    }
    for (size_t i = 0; i < program->count; i++) {
        const struct weir_statement *statement = program->items[i];
        if (statement->kind != WEIR_STATEMENT_CREATE_SOURCE) {
            continue;
        }
        const struct weir_with *with = &statement->create_source.with;
        const struct weir_expression *topic = with_value(with, "KAFKA_TOPIC");
        if (topic && topic->kind == WEIR_EXPRESSION_STRING) {
            weir_memory_topics_make(&runner->topics, topic->literal.text, partitions_of(with));
        }
    }
    for (size_t i = 0; i < runner->test->input_count; i++) {
        weir_memory_topics_make(&runner->topics, runner->test->inputs[i].topic, PARTITIONS_DEFAULT)
            ->has_inputs = true;
    }
}

/* ---- outputs ---- */

static void print_output(struct runner *runner, const struct weir_record *record,
                         const struct weir_schema *schema, const struct weir_formats *formats)
{
    if (runner->outputs.len > 0) {
        weir_buffer_append_byte(&runner->outputs, ',');
    }
    weir_record_text_print(runner->arena, record, schema, formats, &runner->outputs);
}

static void take_output(void *context, const struct weir_topology_sink *sink,
                        const struct weir_record *record)
{
    struct runner *runner = context;
    struct weir_memory_topic *topic =
        weir_memory_topics_make(&runner->topics, sink->topic, PARTITIONS_DEFAULT);
    weir_memory_topic_append(&runner->topics, topic, record);
    print_output(runner, record, &sink->step->schema, &sink->step->sink.formats);
}

static void note_internal(void *context, const char *topic)
{
    struct runner *runner = context;
    for (const struct name *name = runner->internal; name; name = name->next) {
        if (strcmp(name->text, topic) == 0) {
            return;
        }
    }
    struct name *name = weir_arena_calloc(runner->arena, 1, sizeof *name);
    name->text = weir_arena_strdup(runner->arena, topic);
    name->next = runner->internal;
    runner->internal = name;
}

/* ---- statements ---- */

static void add_query(struct runner *runner, const struct weir_query_plan *plan)
{
    struct query *query = weir_arena_calloc(runner->arena, 1, sizeof *query);
    query->plan = plan;
    *runner->last = query;
    runner->last = &query->next;
}

static void end_query(struct runner *runner, const char *id)
{
    struct query **link = &runner->first;
    while (*link && strcmp((*link)->plan->id, id) != 0) {
        link = &(*link)->next;
    }
    if (*link) {
        *link = (*link)->next;
    }
    runner->last = &runner->first;
    while (*runner->last) {
        runner->last = &(*runner->last)->next;
    }
}

static bool write_part(const struct weir_format *format, const struct weir_column *columns,
                       size_t count, const struct weir_value *values, struct weir_buffer *buffer,
                       struct weir_bytes *bytes_out, struct weir_error *err)
{
    struct weir_row_writer *writer = weir_row_writer_create(format, columns, count);
    bool null = false;
    weir_buffer_reserve(buffer, 1);
    bool ok = weir_row_write(writer, values, buffer, &null, err);
    weir_row_writer_destroy(writer);
    *bytes_out = null ? WEIR_BYTES_NULL : weir_buffer_view(buffer);
    return ok;
}

/* INSERT INTO ... VALUES: one record, at once. */
static bool insert(struct runner *runner, const struct weir_action *action, struct weir_error *err)
{
    const struct weir_source *source = action->source;
    const struct weir_schema *schema = &source->schema;
    weir_auto_buffer key_buffer, value_buffer;
    weir_buffer_init(&key_buffer, SIZE_MAX);
    weir_buffer_init(&value_buffer, SIZE_MAX);
    struct weir_record record = {.timestamp_ms = action->row.timestamp_ms};
    if (record.timestamp_ms < 0) {
        record.timestamp_ms = weir_clock_wall_ms();
    }
    bool null_key = true;
    for (size_t i = 0; i < schema->key_count; i++) {
        null_key = null_key && weir_value_is_null(&action->row.key[i]);
    }
    if (!null_key && !write_part(&source->formats.key, schema->key, schema->key_count,
                                 action->row.key, &key_buffer, &record.key, err)) {
        return false;
    }
    if (action->row.values &&
        !write_part(&source->formats.value, schema->values, schema->value_count, action->row.values,
                    &value_buffer, &record.value, err)) {
        return false;
    }
    struct weir_memory_topic *topic =
        weir_memory_topics_make(&runner->topics, source->topic, PARTITIONS_DEFAULT);
    const struct weir_record *written = weir_memory_topic_append(&runner->topics, topic, &record);
    print_output(runner, written, schema, &source->formats);
    return true;
}

static bool assert_topic(struct runner *runner, const struct weir_statement *statement,
                         struct weir_error *err)
{
    bool exists = weir_memory_topics_find(&runner->topics, statement->assertion.name) != NULL;
    if (exists != statement->assertion.must_not_exist) {
        return true;
    }
    return weir_fail_at(err, WEIR_DOMAIN_SQL, statement->place.line, statement->place.column,
                        exists ? "Topic %s exists" : "Topic %s does not exist",
                        statement->assertion.name);
}

static bool perform(struct runner *runner, const struct weir_action *action, struct weir_error *err)
{
    if (action->topic.create) {
        weir_memory_topics_make(&runner->topics, action->topic.name, action->topic.partitions);
    }
    for (size_t i = 0; i < action->terminated_count; i++) {
        end_query(runner, action->terminated[i]);
    }
    switch (action->kind) {
    case WEIR_ACTION_QUERY:
        if (action->replaced) {
            end_query(runner, action->replaced);
        }
        add_query(runner, action->plan);
        return true;
    case WEIR_ACTION_INSERT:
        return insert(runner, action, err);
    case WEIR_ACTION_ASSERT:
        return assert_topic(runner, action->statement, err);
    default:
        return true;
    }
}

static bool run_statements(struct runner *runner, struct weir_error *err)
{
    struct weir_statements program;
    runner->error_kind = "parse";
    if (!weir_sql_parse(runner->arena, runner->test->statements, runner->test->statement_bytes,
                        &program, err)) {
        return false;
    }
    make_topics(runner, &program);
    struct weir_program_options options = {
        .metastore = runner->metastore,
        .topics = {.context = &runner->topics, .partition_count = partition_count},
    };
    runner->error_kind = "semantic";
    for (size_t i = 0; i < program.count; i++) {
        struct weir_action action = {0};
        if (!weir_program_execute(&options, runner->arena, &program, program.items[i], &action,
                                  err) ||
            !perform(runner, &action, err)) {
            if (err->line == 0) {
                err->line = program.items[i]->place.line;
                err->column = program.items[i]->place.column;
            }
            return false;
        }
    }
    return true;
}

/* ---- queries ---- */

/* The source whose columns and formats an input on this topic has. */
static const struct weir_source *source_of_topic(const struct runner *runner, const char *topic)
{
    size_t count = weir_metastore_source_count(runner->metastore);
    for (size_t i = 0; i < count; i++) {
        const struct weir_source *source = weir_metastore_source_at(runner->metastore, i);
        if (strcmp(source->topic, topic) == 0) {
            return source;
        }
    }
    return NULL;
}

static void encode_inputs(struct runner *runner)
{
    static const struct weir_schema no_schema = {0};
    static const struct weir_formats json = {.value = {.kind = WEIR_FORMAT_JSON}};
    size_t count = runner->test->input_count;
    runner->inputs = weir_arena_calloc(runner->arena, count + 1, sizeof *runner->inputs);
    for (size_t i = 0; i < count; i++) {
        const struct weir_test_record *input = &runner->test->inputs[i];
        const struct weir_source *source = source_of_topic(runner, input->topic);
        weir_record_text_encode(runner->arena, input, source ? &source->schema : &no_schema,
                                source ? &source->formats : &json, &runner->inputs[i]);
        runner->inputs[i].offset =
            weir_memory_topics_find(&runner->topics, input->topic)->input_count++;
    }
}

static bool feed_inputs(struct runner *runner, struct weir_query_run *run, struct weir_error *err)
{
    for (size_t i = 0; i < runner->test->input_count; i++) {
        if (!weir_query_run_reads(run, runner->inputs[i].topic)) {
            continue;
        }
        if (!weir_query_run_feed(run, &runner->inputs[i], err)) {
            return false;
        }
    }
    return true;
}

/* What earlier queries and INSERT VALUES wrote to topics without inputs. */
static bool feed_written(struct runner *runner, struct weir_query_run *run, struct weir_error *err)
{
    const char *name;
    for (size_t i = 0; (name = weir_query_run_topic(run, i)); i++) {
        const struct weir_memory_topic *topic = weir_memory_topics_find(&runner->topics, name);
        size_t count = topic && !topic->has_inputs ? topic->count : 0;
        for (size_t at = 0; at < count; at++) {
            struct weir_record record = topic->records[at];
            if (!weir_query_run_feed(run, &record, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool run_query(struct runner *runner, const struct weir_query_plan *plan,
                      struct weir_error *err)
{
    struct weir_query_run_options options = {
        .output = take_output, .internal = note_internal, .context = runner};
    struct weir_query_run *run = weir_query_run_create(plan, &options, err);
    bool ok = run && feed_inputs(runner, run, err) && feed_written(runner, run, err);
    weir_query_run_destroy(run);
    return ok;
}

static bool run_queries(struct runner *runner, struct weir_error *err)
{
    encode_inputs(runner);
    runner->error_kind = "runtime";
    for (const struct query *query = runner->first; query; query = query->next) {
        if (!run_query(runner, query->plan, err)) {
            return false;
        }
    }
    return true;
}

/* ---- the answer ---- */

static void print_text(const char *text, struct weir_buffer *buffer)
{
    weir_json_text_append(weir_bytes_of(text), buffer);
}

static void print_columns(const struct weir_column *columns, size_t count, const char *suffix,
                          bool first, struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_format(buffer, "%s`%s` ", first && i == 0 ? "" : ", ", columns[i].name);
        weir_type_print(columns[i].type, buffer);
        weir_buffer_append_text(buffer, suffix);
    }
}

static void print_source(const struct weir_source *source, struct weir_buffer *buffer)
{
    weir_auto_buffer schema;
    weir_buffer_init(&schema, SIZE_MAX);
    print_columns(source->schema.key, source->schema.key_count, " KEY", true, &schema);
    print_columns(source->schema.values, source->schema.value_count, "",
                  source->schema.key_count == 0, &schema);
    weir_buffer_append_text(buffer, "{\"name\":");
    print_text(source->name, buffer);
    weir_buffer_append_format(buffer,
                              ",\"type\":\"%s\",\"schema\":", source->table ? "table" : "stream");
    print_text(weir_buffer_text(&schema), buffer);
    weir_buffer_append_format(buffer, ",\"keyFormat\":\"%s\",\"valueFormat\":\"%s\"",
                              weir_format_name(source->formats.key.kind),
                              weir_format_name(source->formats.value.kind));
    if (source->schema.window == WEIR_WINDOW_SESSION) {
        weir_buffer_append_text(buffer, ",\"windowType\":\"SESSION\"");
    } else if (source->schema.window == WEIR_WINDOW_TIME) {
        weir_buffer_append_format(buffer, ",\"windowType\":\"%s\",\"windowSize\":%lld",
                                  source->schema.window_hops ? "HOPPING" : "TUMBLING",
                                  (long long)source->schema.window_size_ms);
    }
    weir_buffer_append_byte(buffer, '}');
}

static void print_sources(const struct runner *runner, struct weir_buffer *answer)
{
    size_t count = weir_metastore_source_count(runner->metastore);
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(answer, i == 0 ? "" : ",");
        print_source(weir_metastore_source_at(runner->metastore, i), answer);
    }
}

static void print_topics(const struct runner *runner, struct weir_buffer *answer)
{
    bool first = true;
    for (const struct weir_memory_topic *topic = runner->topics.first; topic; topic = topic->next) {
        if (topic->count > 0) {
            weir_buffer_append_text(answer, first ? "" : ",");
            print_text(topic->name, answer);
            first = false;
        }
    }
    for (const struct name *name = runner->internal; name; name = name->next) {
        weir_buffer_append_text(answer, first ? "" : ",");
        print_text(weir_arena_format(runner->arena, "%s-repartition", name->text), answer);
        first = false;
    }
}

static void print_answer(const struct runner *runner, struct weir_buffer *answer)
{
    weir_buffer_append_text(answer, "\"outputs\":[");
    weir_buffer_append_bytes(answer, weir_buffer_view(&runner->outputs));
    weir_buffer_append_text(answer, "],\"sources\":[");
    print_sources(runner, answer);
    weir_buffer_append_text(answer, "],\"topics\":[");
    print_topics(runner, answer);
    weir_buffer_append_text(answer, "]");
}

void weir_test_print_error(const struct weir_error *err, const char *kind,
                           struct weir_buffer *answer)
{
    bool unsupported = err->domain == WEIR_DOMAIN_SQL && err->code == WEIR_SQL_UNSUPPORTED;
    weir_buffer_append_text(answer, "\"error\":{\"message\":");
    print_text(err->message, answer);
    if (err->line > 0) {
        weir_buffer_append_format(answer, ",\"line\":%u,\"column\":%u", err->line, err->column);
    }
    weir_buffer_append_format(answer, ",\"kind\":\"%s\"}", unsupported ? "unsupported" : kind);
}

bool weir_test_run(struct weir_arena *arena, const struct weir_test_case *test,
                   struct weir_buffer *answer)
{
    struct runner runner = {
        .arena = arena,
        .test = test,
        .metastore = weir_metastore_create(),
        .topics = {.arena = arena},
    };
    runner.last = &runner.first;
    weir_buffer_init(&runner.outputs, SIZE_MAX);
    for (size_t i = 0; i < test->property_count; i++) {
        weir_metastore_set_property(runner.metastore, test->properties[i].name,
                                    test->properties[i].value);
    }
    struct weir_error err = {0};
    bool ok = run_statements(&runner, &err) && run_queries(&runner, &err);
    if (ok) {
        print_answer(&runner, answer);
    } else {
        weir_test_print_error(&err, runner.error_kind, answer);
    }
    weir_metastore_destroy(runner.metastore);
    weir_buffer_fini(&runner.outputs);
    return ok;
}
