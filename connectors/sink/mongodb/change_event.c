/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/change_event.h"

#include "core/base/log.h"
#include "core/mongo/bson_builder.h"

static bool reject(struct weir_error *err, const char *problem)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "change event: %s", problem);
}

static struct weir_bytes document_field(const struct work *work, struct weir_bytes name)
{
    struct weir_bson_element field = weir_bson_get(weir_work_value(work), name);
    return field.type == WEIR_BSON_DOCUMENT ? field.value : WEIR_BYTES_NULL;
}

static void add_fields(const struct work *work, struct weir_buffer *out, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (element.type != WEIR_BSON_NULL || !work->settings->change_stream_drops_nulls) {
            weir_bson_add_element(out, element);
        }
    }
}

/* A copy of one of the event's documents, behind the event. */
static struct span copy_field(struct work *work, struct weir_bytes name, bool fields_may_go)
{
    struct weir_buffer *scratch = &work->buffers->scratch;
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    if (fields_may_go) {
        add_fields(work, scratch, document_field(work, name));
    } else {
        weir_bson_add_all(scratch, document_field(work, name), WEIR_BYTES_NULL);
    }
    weir_bson_end(scratch, start);
    return weir_work_add_scratch(work->buffers);
}

static struct planned_write *add_write(struct work *work, struct plan *plan,
                                       enum weir_mongo_write_kind kind)
{
    struct planned_write *write = &plan->writes[plan->write_count++];
    *write = (struct planned_write){.kind = kind};
    write->filter = copy_field(work, WEIR_BYTES("documentKey"), false);
    return write;
}

static bool plan_replace(struct work *work, struct plan *plan, bool upsert, struct weir_error *err)
{
    if (weir_bytes_is_null(document_field(work, WEIR_BYTES("fullDocument")))) {
        return reject(err, "it has no fullDocument");
    }
    struct planned_write *write = add_write(work, plan, WEIR_MONGO_REPLACE);
    write->upsert = upsert;
    write->document = copy_field(work, WEIR_BYTES("fullDocument"), true);
    return true;
}

/* {$push: {field: {$each: [], $slice: newSize}, ...}}: shortens arrays and does nothing else. */
static void plan_truncations(struct work *work, struct plan *plan, struct weir_bytes truncated)
{
    struct planned_write *write = add_write(work, plan, WEIR_MONGO_UPDATE);
    struct weir_buffer *scratch = &work->buffers->scratch;
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    size_t push = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$push"));
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    weir_bson_iterator_init(&iterator, truncated);
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bson_element size = weir_bson_get(item.value, WEIR_BYTES("newSize"));
        struct weir_bytes field = weir_bson_text(weir_bson_get(item.value, WEIR_BYTES("field")));
        size_t modifiers = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, field);
        weir_bson_end(scratch, weir_bson_add_begin(scratch, WEIR_BSON_ARRAY, WEIR_BYTES("$each")));
        weir_bson_add_value(scratch, WEIR_BYTES("$slice"), size);
        weir_bson_end(scratch, modifiers);
    }
    weir_bson_end(scratch, push);
    weir_bson_end(scratch, start);
    write->document = weir_work_add_scratch(work->buffers);
}

static bool truncations_good(struct weir_bytes truncated)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    weir_bson_iterator_init(&iterator, truncated);
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bson_element size = weir_bson_get(item.value, WEIR_BYTES("newSize"));
        struct weir_bytes field = weir_bson_text(weir_bson_get(item.value, WEIR_BYTES("field")));
        bool is_number = size.type == WEIR_BSON_INT32 || size.type == WEIR_BSON_INT64;
        if (item.type != WEIR_BSON_DOCUMENT || !is_number || field.len == 0 ||
            memchr(field.data, 0, field.len)) {
            return false;
        }
    }
    return true;
}

static void add_unset(struct weir_buffer *out, struct weir_bytes removed)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    size_t unset = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, WEIR_BYTES("$unset"));
    weir_bson_iterator_init(&iterator, removed);
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bytes name = weir_bson_text(item);
        if (name.len > 0 && !memchr(name.data, 0, name.len)) {
            weir_bson_add_text(out, name, WEIR_BYTES(""));
        }
    }
    weir_bson_end(out, unset);
}

static bool is_empty(struct weir_bytes document)
{
    return document.len <= 5;
}

/* {$set: updatedFields, $unset: removedFields}; no write when both are empty. */
static void plan_changes(struct work *work, struct plan *plan, struct weir_bytes description)
{
    struct weir_bytes updated = weir_bson_get(description, WEIR_BYTES("updatedFields")).value;
    struct weir_bytes removed = weir_bson_get(description, WEIR_BYTES("removedFields")).value;
    struct weir_buffer *scratch = &work->buffers->scratch;
    if (is_empty(updated) && is_empty(removed)) {
        return;
    }
    weir_buffer_reset(scratch);
    size_t start = weir_bson_begin(scratch);
    if (!is_empty(updated)) {
        size_t set = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$set"));
        add_fields(work, scratch, updated);
        bool nothing_left = scratch->len == set + 4;
        weir_bson_end(scratch, set);
        if (nothing_left) {
            scratch->len = start + 4;
        }
    }
    if (!is_empty(removed)) {
        add_unset(scratch, removed);
    }
    bool nothing = scratch->len == start + 4;
    weir_bson_end(scratch, start);
    if (!nothing) {
        struct span document = weir_work_add_scratch(work->buffers);
        add_write(work, plan, WEIR_MONGO_UPDATE)->document = document;
    }
}

static bool plan_update(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (!weir_bytes_is_null(document_field(work, WEIR_BYTES("fullDocument")))) {
        return plan_replace(work, plan, false, err);
    }
    struct weir_bytes description = document_field(work, WEIR_BYTES("updateDescription"));
    if (weir_bytes_is_null(description)) {
        return reject(err, "an update has neither fullDocument nor updateDescription");
    }
    struct weir_bson_element truncated = weir_bson_get(description, WEIR_BYTES("truncatedArrays"));
    if (truncated.type == WEIR_BSON_ARRAY && !is_empty(truncated.value)) {
        if (!truncations_good(truncated.value)) {
            return reject(err, "truncatedArrays is not a list of {field, newSize}");
        }
        plan_truncations(work, plan, truncated.value);
        description =
            document_field(work, WEIR_BYTES("updateDescription")); /* the buffer may have moved */
    }
    plan_changes(work, plan, description);
    return true;
}

bool weir_change_event_plan(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (!weir_work_has_value(work)) {
        return reject(err, "the record has no value");
    }
    struct weir_bytes operation =
        weir_bson_text(weir_bson_get(weir_work_value(work), WEIR_BYTES("operationType")));
    if (weir_bytes_is_null(operation)) {
        return reject(err, "it has no operationType");
    }
    bool inserts = weir_bytes_equal(operation, WEIR_BYTES("insert")) ||
                   weir_bytes_equal(operation, WEIR_BYTES("replace"));
    bool updates = weir_bytes_equal(operation, WEIR_BYTES("update"));
    bool deletes = weir_bytes_equal(operation, WEIR_BYTES("delete"));
    if (!inserts && !updates && !deletes) {
        weir_log_debug("mongodb", "change event without a write", "operation=%.*s",
                       (int)operation.len, (const char *)operation.data);
        return true;
    }
    if (weir_bytes_is_null(document_field(work, WEIR_BYTES("documentKey")))) {
        return reject(err, "it has no documentKey");
    }
    if (deletes) {
        add_write(work, plan, WEIR_MONGO_DELETE_ONE);
        return true;
    }
    return inserts ? plan_replace(work, plan, true, err) : plan_update(work, plan, err);
}
