/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/pipeline.h"

#include "core/base/alloc.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/extended_json.h"
#include "core/mongo/iso_date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PIPELINE_BYTES_MAX = 8 << 20 };

/* JSON of any kind as the element "v" of a document in out; false: err. */
static bool parse(const char *text, struct weir_buffer *out, struct weir_error *err)
{
    weir_autofree char *wrapped = weir_format("{\"v\": %s}", text);
    return weir_extended_json_to_bson(weir_bytes_of(wrapped), out, err);
}

static bool check_json(const struct weir_config *config, const char *name, uint8_t type,
                       const char *what, struct weir_error *err)
{
    const char *text = weir_config_string(config, name);
    if (!text || !*text) {
        return true;
    }
    struct weir_error inner = {0};
    weir_auto_buffer bson;
    weir_buffer_init(&bson, PIPELINE_BYTES_MAX);
    if (!parse(text, &bson, &inner)) {
        return weir_config_fail(config, name, err, "%s", inner.message);
    }
    if (weir_bson_get(weir_buffer_view(&bson), WEIR_BYTES("v")).type != type) {
        return weir_config_fail(config, name, err, "expected %s", what);
    }
    return true;
}

/* Seconds and increment of a BSON timestamp: seconds, ISO 8601, or {"$timestamp": ...}. */
static bool read_start_time(const char *text, uint64_t *timestamp_out)
{
    int64_t time_ms;
    char *end;
    long long seconds = strtoll(text, &end, 10);
    if (*text && !*end) {
        *timestamp_out = (uint64_t)seconds << 32;
        return seconds >= 0;
    }
    if (weir_iso_date_read(weir_bytes_of(text), &time_ms)) {
        *timestamp_out = (uint64_t)(time_ms / 1000) << 32;
        return time_ms >= 0;
    }
    struct weir_error ignored = {0};
    weir_auto_buffer bson;
    weir_buffer_init(&bson, PIPELINE_BYTES_MAX);
    struct weir_bson_element element = {0};
    if (parse(text, &bson, &ignored)) {
        element = weir_bson_get(weir_buffer_view(&bson), WEIR_BYTES("v"));
    }
    if (element.type != WEIR_BSON_TIMESTAMP) {
        return false;
    }
    memcpy(timestamp_out, element.value.data, sizeof(*timestamp_out));
    return true;
}

bool weir_source_pipelines_check(const struct weir_config *config, struct weir_error *err)
{
    static const char start_time[] = "startup.mode.timestamp.start.at.operation.time";
    const char *time_text = weir_config_string(config, start_time);
    uint64_t timestamp;
    if (*time_text && !read_start_time(time_text, &timestamp)) {
        return weir_config_fail(config, start_time, err,
                                "expected seconds, an ISO 8601 instant or {\"$timestamp\": ...}");
    }
    return check_json(config, "pipeline", WEIR_BSON_ARRAY, "an array of stages", err) &&
           check_json(config, "startup.mode.copy.existing.pipeline", WEIR_BSON_ARRAY,
                      "an array of stages", err) &&
           check_json(config, "collation", WEIR_BSON_DOCUMENT, "an object", err);
}

/* ---- arrays of stages ---- */

struct stages {
    struct weir_buffer *out;
    size_t start;
    int count;
};

static struct stages stages_begin(struct weir_buffer *out)
{
    return (struct stages){out, weir_bson_begin(out), 0};
}

/* The array is done; its length is written. */
static void stages_end(struct stages *stages)
{
    weir_bson_end(stages->out, stages->start);
}

static size_t stage_begin(struct stages *stages)
{
    char name[16];
    snprintf(name, sizeof(name), "%d", stages->count++);
    return weir_bson_add_begin(stages->out, WEIR_BSON_DOCUMENT, weir_bytes_of(name));
}

static void add_stage(struct stages *stages, struct weir_bytes document)
{
    size_t start = stage_begin(stages);
    weir_bson_add_all(stages->out, document, WEIR_BYTES_NULL);
    weir_bson_end(stages->out, start);
}

/* A checked JSON text's element "v" in buffer. */
static struct weir_bytes value_of(const char *text, struct weir_buffer *buffer)
{
    struct weir_error err = {0};
    weir_buffer_init(buffer, PIPELINE_BYTES_MAX);
    bool good = parse(text, buffer, &err);
    weir_assert(good);
    return weir_bson_get(weir_buffer_view(buffer), WEIR_BYTES("v")).value;
}

/* Returns how many stages there were. */
static int add_user_stages(struct stages *stages, const char *text)
{
    if (!text || !*text) {
        return 0;
    }
    weir_auto_buffer bson;
    struct weir_bson_iterator iterator;
    struct weir_bson_element stage;
    int count = 0;
    weir_bson_iterator_init(&iterator, value_of(text, &bson));
    while (weir_bson_next(&iterator, &stage)) {
        add_stage(stages, stage.value);
        count++;
    }
    return count;
}

static void add_timestamp(struct weir_buffer *out, const char *name, uint64_t timestamp)
{
    weir_bson_add_name(out, WEIR_BSON_TIMESTAMP, weir_bytes_of(name));
    weir_bson_put_int64(out, (int64_t)timestamp);
}

static void add_true(struct weir_buffer *out, const char *name)
{
    weir_bson_add_name(out, WEIR_BSON_BOOLEAN, weir_bytes_of(name));
    weir_buffer_append_byte(out, 1);
}

static void add_start(const struct weir_config *config, struct weir_bytes token,
                      struct weir_buffer *out)
{
    uint64_t timestamp;
    if (!weir_bytes_is_null(token)) {
        struct weir_bson_element element = {.value = token, .type = WEIR_BSON_DOCUMENT};
        weir_bson_add_value(out, WEIR_BYTES("startAfter"), element);
    } else if (strcasecmp(weir_config_string(config, "startup.mode"), "timestamp") == 0 &&
               read_start_time(
                   weir_config_string(config, "startup.mode.timestamp.start.at.operation.time"),
                   &timestamp)) {
        add_timestamp(out, "startAtOperationTime", timestamp);
    }
}

/* The server wants its own spelling; the configuration takes any. "default" is what is left out. */
static void add_choice(const struct weir_config *config, const char *property, const char *name,
                       struct weir_buffer *out)
{
    static const char *const spellings[] = {"updateLookup", "whenAvailable", "required", "off"};
    const char *choice = weir_config_string(config, property);
    for (size_t index = 0; index < sizeof(spellings) / sizeof(spellings[0]); index++) {
        if (strcasecmp(choice, spellings[index]) == 0) {
            weir_bson_add_text(out, weir_bytes_of(name), weir_bytes_of(spellings[index]));
        }
    }
}

void weir_stream_pipeline(const struct weir_config *config,
                          const struct weir_stream_options *stream, struct weir_buffer *out)
{
    struct stages stages = stages_begin(out);
    size_t stage = stage_begin(&stages);
    size_t options = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$changeStream"));
    if (weir_config_boolean(config, "publish.full.document.only")) {
        weir_bson_add_text(out, WEIR_BYTES("fullDocument"), WEIR_BYTES("updateLookup"));
    } else {
        add_choice(config, "change.stream.full.document", "fullDocument", out);
    }
    add_choice(config, "change.stream.full.document.before.change", "fullDocumentBeforeChange",
               out);
    if (!*weir_config_string(config, "database")) {
        add_true(out, "allChangesForCluster");
    }
    if (weir_config_boolean(config, "change.stream.show.expanded.events")) {
        add_true(out, "showExpandedEvents");
    }
    add_start(config, stream->token, out);
    weir_bson_end(out, options);
    weir_bson_end(out, stage);
    const char *pipeline = weir_config_string(config, "pipeline");
    if (stream->slim) {
        add_user_stages(&stages, "[{\"$project\": {\"operationType\": 1, \"clusterTime\": 1, "
                                 "\"wallTime\": 1, \"ns\": 1, \"documentKey\": 1}}]");
    } else {
        add_user_stages(&stages, pipeline);
    }
    if (stream->split_large && !strstr(pipeline, "$changeStreamSplitLargeEvent")) {
        add_user_stages(&stages, "[{\"$changeStreamSplitLargeEvent\": {}}]"); /* the last one */
    }
    stages_end(&stages);
}

/* {$match: {$expr: {<comparison>: ["$_id", {$literal: bound}]}}}: $expr orders across BSON types,
 * as the sort does, and the index serves it. */
static void add_bound(struct stages *stages, const char *comparison, struct weir_bson_element bound)
{
    struct weir_buffer *out = stages->out;
    if (!weir_bson_found(bound)) {
        return;
    }
    size_t stage = stage_begin(stages);
    size_t match = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$match"));
    size_t expression = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$expr"));
    size_t operands = weir_bson_add_begin(out, WEIR_BSON_ARRAY, weir_bytes_of(comparison));
    weir_bson_add_text(out, WEIR_BYTES("0"), WEIR_BYTES("$_id"));
    size_t literal = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("1"));
    weir_bson_add_value(out, WEIR_BYTES("$literal"), bound);
    weir_bson_end(out, literal);
    weir_bson_end(out, operands);
    weir_bson_end(out, expression);
    weir_bson_end(out, match);
    weir_bson_end(out, stage);
}

static void add_sort(struct stages *stages)
{
    size_t stage = stage_begin(stages);
    size_t sort = weir_bson_add_begin(stages->out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$sort"));
    weir_bson_add_int32(stages->out, WEIR_BYTES("_id"), 1);
    weir_bson_end(stages->out, sort);
    weir_bson_end(stages->out, stage);
}

static void add_literal(struct weir_buffer *out, const char *name, const char *text)
{
    size_t literal = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, weir_bytes_of(name));
    weir_bson_add_text(out, WEIR_BYTES("$literal"), weir_bytes_of(text));
    weir_bson_end(out, literal);
}

/* Makes each copied document the change event that MongoDB's connector makes of it, for the user's
 * stages. */
static void add_event_stage(struct stages *stages, const char *database, const char *collection)
{
    weir_auto_buffer fixed;
    struct weir_bytes event =
        value_of("{\"_id\": {\"_id\": \"$_id\", \"copyingData\": {\"$literal\": true}}, "
                 "\"operationType\": \"insert\", "
                 "\"documentKey\": {\"_id\": \"$_id\"}, \"fullDocument\": \"$$ROOT\"}",
                 &fixed);
    struct weir_buffer *out = stages->out;
    size_t stage = stage_begin(stages);
    size_t replace = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$replaceRoot"));
    size_t root = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("newRoot"));
    weir_bson_add_all(out, event, WEIR_BYTES_NULL);
    size_t namespace = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("ns"));
    add_literal(out, "db", database);
    add_literal(out, "coll", collection);
    weir_bson_end(out, namespace);
    weir_bson_end(out, root);
    weir_bson_end(out, replace);
    weir_bson_end(out, stage);
}

static bool has_stages(const char *text)
{
    weir_auto_buffer bson;
    struct weir_bson_iterator iterator;
    struct weir_bson_element stage;
    weir_bson_iterator_init(&iterator, value_of(text, &bson));
    return weir_bson_next(&iterator, &stage);
}

void weir_copy_pipeline(const struct weir_config *config, const char *database,
                        const char *collection, struct weir_bytes range, struct weir_buffer *out,
                        bool *events_out)
{
    const char *pipeline = weir_config_string(config, "pipeline");
    struct stages stages = stages_begin(out);
    if (!weir_bytes_is_null(range)) {
        add_bound(&stages, "$gt", weir_bson_get(range, WEIR_BYTES("from")));
        add_bound(&stages, "$lte", weir_bson_get(range, WEIR_BYTES("to")));
    }
    add_sort(&stages);
    add_user_stages(&stages, weir_config_string(config, "startup.mode.copy.existing.pipeline"));
    *events_out = has_stages(pipeline);
    if (*events_out) {
        add_event_stage(&stages, database, collection);
        add_user_stages(&stages, pipeline);
    }
    stages_end(&stages);
}

void weir_sample_pipeline(int32_t count, struct weir_buffer *out)
{
    struct stages stages = stages_begin(out);
    size_t stage = stage_begin(&stages);
    size_t sample = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$sample"));
    weir_bson_add_int32(out, WEIR_BYTES("size"), count);
    weir_bson_end(out, sample);
    weir_bson_end(out, stage);
    add_user_stages(&stages, "[{\"$project\": {\"_id\": 1}}]");
    add_sort(&stages);
    stages_end(&stages);
}

void weir_oldest_pipeline(struct weir_buffer *out)
{
    struct stages stages = stages_begin(out);
    add_user_stages(&stages, "[{\"$limit\": 1}, {\"$project\": {\"ts\": 1}}]");
    stages_end(&stages);
}

void weir_oplog_full_pipeline(struct weir_buffer *out)
{
    struct stages stages = stages_begin(out);
    add_user_stages(
        &stages, "[{\"$collStats\": {\"storageStats\": {}}}, {\"$match\": {\"$expr\": {\"$gte\": "
                 "[\"$storageStats.size\", {\"$multiply\": [\"$storageStats.maxSize\", 0.9]}]}}}, "
                 "{\"$project\": {\"ns\": 1}}]");
    stages_end(&stages);
}

void weir_count_pipeline(struct weir_buffer *out)
{
    struct stages stages = stages_begin(out);
    add_user_stages(&stages, "[{\"$collStats\": {\"count\": {}}}]");
    stages_end(&stages);
}

static void add_collation(const struct weir_config *config, struct weir_buffer *out)
{
    const char *collation = weir_config_string(config, "collation");
    if (*collation) {
        weir_auto_buffer bson;
        struct weir_bson_element element = {.value = value_of(collation, &bson),
                                            .type = WEIR_BSON_DOCUMENT};
        weir_bson_add_value(out, WEIR_BYTES("collation"), element);
    }
}

void weir_stream_extra(const struct weir_config *config, struct weir_buffer *out)
{
    size_t start = weir_bson_begin(out);
    add_collation(config, out);
    weir_bson_end(out, start);
}

void weir_copy_extra(const struct weir_config *config, struct weir_buffer *out)
{
    size_t start = weir_bson_begin(out);
    size_t hint = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("hint"));
    weir_bson_add_int32(out, WEIR_BYTES("_id"), 1);
    weir_bson_end(out, hint);
    if (weir_config_boolean(config, "startup.mode.copy.existing.allow.disk.use")) {
        add_true(out, "allowDiskUse");
    }
    weir_bson_end(out, start);
}
