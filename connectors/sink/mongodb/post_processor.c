/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/post_processor.h"

#include "connectors/sink/mongodb/document_id.h"
#include "connectors/sink/mongodb/field_value.h"
#include "connectors/sink/mongodb/nulls.h"
#include "connectors/sink/mongodb/rename.h"
#include "core/mongo/bson_builder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { META_BYTES_MAX = 300 };

static void add_kafka_meta(struct work *work)
{
    const struct weir_record *record = work->record;
    struct weir_buffer *scratch = &work->buffers->scratch;
    char place[META_BYTES_MAX];
    int length = snprintf(place, sizeof(place), "%s-%" PRId32 "-%" PRId64, record->topic,
                          record->partition, record->offset);
    size_t start = weir_bson_begin(scratch);
    weir_bson_add_all(scratch, weir_work_value(work), WEIR_BYTES_NULL);
    weir_bson_add_text(scratch, WEIR_BYTES("topic-partition-offset"),
                       (struct weir_bytes){(const uint8_t *)place, length > 0 ? strlen(place) : 0});
    if (record->timestamp_ms >= 0) {
        weir_bson_add_int64(scratch, WEIR_BYTES("CREATE_TIME"), record->timestamp_ms);
    }
    weir_bson_end(scratch, start);
    weir_work_take_scratch(work);
}

static void remove_nulls(struct work *work)
{
    struct weir_buffer *scratch = &work->buffers->scratch;
    size_t start = weir_bson_begin(scratch);
    weir_nulls_leave_out(scratch, weir_work_value(work));
    weir_bson_end(scratch, start);
    weir_work_take_scratch(work);
}

/* The key becomes the document in scratch. */
static void take_key_scratch(struct work *work)
{
    struct work_buffers *buffers = work->buffers;
    weir_buffer_reset(&buffers->key);
    weir_buffer_append_bytes(&buffers->key, weir_buffer_view(&buffers->scratch));
}

static bool project_key(struct work *work, const struct projection *projection,
                        struct weir_error *err)
{
    struct weir_bytes key;
    if (!weir_work_key(work, &key, err)) {
        return false;
    }
    if (!weir_bytes_is_null(key)) {
        weir_projection_apply(projection, key, &work->buffers->scratch);
        take_key_scratch(work);
    }
    return true;
}

static void project_value(struct work *work, const struct projection *projection)
{
    weir_projection_apply(projection, weir_work_value(work), &work->buffers->scratch);
    weir_work_take_scratch(work);
}

static bool apply_rule(struct work *work, const struct rename_rule *rule, struct weir_error *err)
{
    struct weir_bytes document = weir_work_value(work);
    struct weir_buffer *scratch = &work->buffers->scratch;
    if (rule->of_key && !weir_work_key(work, &document, err)) {
        return false;
    }
    if (weir_bytes_is_null(document)) {
        return true;
    }
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    weir_rename_by_rule(scratch, document, rule);
    weir_bson_end(scratch, start);
    if (rule->of_key) {
        take_key_scratch(work);
    } else {
        weir_work_take_scratch(work);
    }
    return true;
}

static bool rename_fields(struct work *work, const struct rename_rule *rules,
                          struct weir_error *err)
{
    for (; rules->path; rules++) {
        if (!apply_rule(work, rules, err)) {
            return false;
        }
    }
    return true;
}

/* The key is read only when it can be a document: text keys are no error here. */
static void rename_by_patterns(struct work *work)
{
    struct weir_bytes key;
    struct weir_error no_document = {0};
    struct weir_buffer *scratch = &work->buffers->scratch;
    size_t start = weir_bson_begin(scratch);
    weir_rename_by_patterns(scratch, weir_work_value(work), "value", work->settings);
    weir_bson_end(scratch, start);
    weir_work_take_scratch(work);
    if (weir_work_key(work, &key, &no_document) && !weir_bytes_is_null(key)) {
        weir_buffer_reset(scratch);
        start = weir_bson_begin(scratch);
        weir_rename_by_patterns(scratch, key, "key", work->settings);
        weir_bson_end(scratch, start);
        take_key_scratch(work);
    }
}

static bool run_step(struct work *work, const struct processor *processor, struct weir_error *err)
{
    weir_buffer_reset(&work->buffers->scratch);
    switch (processor->kind) {
    case PROCESSOR_ID_ADDER:
        return weir_document_id_add(work, err);
    case PROCESSOR_KAFKA_META:
        add_kafka_meta(work);
        return true;
    case PROCESSOR_NULL_REMOVER:
        remove_nulls(work);
        return true;
    case PROCESSOR_PROJECT_KEY:
        return project_key(work, &processor->projection, err);
    case PROCESSOR_PROJECT_VALUE:
        project_value(work, &processor->projection);
        return true;
    case PROCESSOR_RENAME:
        return rename_fields(work, work->settings->rules, err);
    case PROCESSOR_RENAME_PATTERN:
        rename_by_patterns(work);
        return true;
    }
    return false;
}

bool weir_post_processor_run(struct work *work, struct weir_error *err)
{
    for (size_t i = 0; i < work->settings->processor_count; i++) {
        if (!run_step(work, &work->settings->processors[i], err)) {
            return false;
        }
    }
    if (work->settings->timeseries.converts) {
        weir_field_value_convert_time(work);
    }
    return work->settings->transform == TRANSFORM_NONE || weir_field_value_transform(work, err);
}
