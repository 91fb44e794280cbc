/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/change_event.h"

#include "connectors/sink/mongodb/change_write.h"
#include "connectors/sink/mongodb/filter.h"
#include "core/base/log.h"
#include "core/mongo/bson_builder.h"

#define DOCUMENT_KEY WEIR_BYTES("documentKey")
#define FULL_DOCUMENT WEIR_BYTES("fullDocument")

static struct span key_filter(struct work *work)
{
    weir_filter_add_all(weir_change_open(work), weir_change_document(work, DOCUMENT_KEY));
    return weir_change_close(work);
}

static bool plan_replace(struct work *work, struct plan *plan, bool upsert, struct weir_error *err)
{
    if (weir_bytes_is_null(weir_change_document(work, FULL_DOCUMENT))) {
        return weir_change_reject(err, "it has no fullDocument");
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_REPLACE, upsert);
    write->filter = key_filter(work);
    write->document = weir_change_copy(work, weir_change_document(work, FULL_DOCUMENT));
    return true;
}

/* ---- updates ---- */

static struct weir_bytes description_part(const struct work *work, struct weir_bytes name)
{
    struct weir_bytes description = weir_change_document(work, WEIR_BYTES("updateDescription"));
    struct weir_bson_element part = weir_bson_get(description, name);
    bool known = part.type == WEIR_BSON_DOCUMENT || part.type == WEIR_BSON_ARRAY;
    return known ? part.value : WEIR_BYTES_NULL;
}

static struct weir_bytes truncated_arrays(const struct work *work)
{
    return description_part(work, WEIR_BYTES("truncatedArrays"));
}

/* The key, and that each field is an array: when events come a second time it may be something else
 * by now, which a later event will see to. */
static struct span truncation_filter(struct work *work)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    struct weir_buffer *scratch = weir_change_open(work);
    weir_filter_add_all(scratch, weir_change_document(work, DOCUMENT_KEY));
    weir_bson_iterator_init(&iterator, truncated_arrays(work));
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bytes field = weir_bson_text(weir_bson_get(item.value, WEIR_BYTES("field")));
        size_t condition = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, field);
        weir_bson_add_text(scratch, WEIR_BYTES("$type"), WEIR_BYTES("array"));
        weir_bson_end(scratch, condition);
    }
    return weir_change_close(work);
}

/* {$push: {field: {$each: [], $slice: newSize}, ...}}: shortens arrays and does nothing else. */
static void plan_truncations(struct work *work, struct plan *plan)
{
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_UPDATE, false);
    write->filter = truncation_filter(work);
    struct weir_buffer *scratch = weir_change_open(work);
    size_t push = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$push"));
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    weir_bson_iterator_init(&iterator, truncated_arrays(work));
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bson_element size = weir_bson_get(item.value, WEIR_BYTES("newSize"));
        struct weir_bytes field = weir_bson_text(weir_bson_get(item.value, WEIR_BYTES("field")));
        size_t modifiers = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, field);
        weir_bson_end(scratch, weir_bson_add_begin(scratch, WEIR_BSON_ARRAY, WEIR_BYTES("$each")));
        weir_bson_add_value(scratch, WEIR_BYTES("$slice"), size);
        weir_bson_end(scratch, modifiers);
    }
    weir_bson_end(scratch, push);
    write->document = weir_change_close(work);
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

/* {$set: updatedFields, $unset: removedFields}; no write when both are empty. */
static void plan_changes(struct work *work, struct plan *plan)
{
    struct weir_bytes updated = description_part(work, WEIR_BYTES("updatedFields"));
    struct weir_bytes removed = description_part(work, WEIR_BYTES("removedFields"));
    if (weir_change_is_empty(updated) && weir_change_is_empty(removed)) {
        return;
    }
    struct weir_buffer *scratch = weir_change_open(work);
    if (!weir_change_is_empty(updated)) {
        size_t set = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$set"));
        weir_bson_add_all(scratch, updated, WEIR_BYTES_NULL);
        weir_bson_end(scratch, set);
    }
    if (!weir_change_is_empty(removed)) {
        add_unset(scratch, removed);
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_UPDATE, false);
    write->document = weir_change_close(work);
    write->filter = key_filter(work);
}

static bool plan_update(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (!weir_bytes_is_null(weir_change_document(work, FULL_DOCUMENT))) {
        return plan_replace(work, plan, false, err);
    }
    if (weir_bytes_is_null(weir_change_document(work, WEIR_BYTES("updateDescription")))) {
        return weir_change_reject(err, "an update has neither fullDocument nor updateDescription");
    }
    if (!weir_change_is_empty(truncated_arrays(work))) {
        if (!truncations_good(truncated_arrays(work))) {
            return weir_change_reject(err, "truncatedArrays is not a list of {field, newSize}");
        }
        plan_truncations(work, plan);
    }
    plan_changes(work, plan);
    return true;
}

bool weir_change_event_plan(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (!weir_work_has_value(work)) {
        return weir_change_reject(err, "the record has no value");
    }
    struct weir_bytes operation =
        weir_bson_text(weir_bson_get(weir_work_value(work), WEIR_BYTES("operationType")));
    if (weir_bytes_is_null(operation)) {
        return weir_change_reject(err, "it has no operationType");
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
    struct weir_bytes key = weir_change_document(work, DOCUMENT_KEY);
    if (weir_change_is_empty(key) || !weir_filter_add_all(weir_change_open(work), key)) {
        return weir_change_reject(err, "it has no documentKey");
    }
    if (deletes) {
        struct planned_write *write = weir_change_add(plan, WEIR_MONGO_DELETE_ONE, false);
        write->filter = key_filter(work);
        return true;
    }
    return inserts ? plan_replace(work, plan, true, err) : plan_update(work, plan, err);
}
