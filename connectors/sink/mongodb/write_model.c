/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/write_model.h"

#include "connectors/sink/mongodb/change_event.h"
#include "connectors/sink/mongodb/change_write.h"
#include "connectors/sink/mongodb/debezium.h"
#include "connectors/sink/mongodb/document_id.h"
#include "connectors/sink/mongodb/filter.h"
#include "connectors/sink/mongodb/post_processor.h"
#include "connectors/sink/mongodb/qlik.h"
#include "core/base/clock.h"
#include "core/mongo/bson_builder.h"

#define ID WEIR_BYTES("_id")

static bool reject(struct weir_error *err, const char *problem)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "%s", problem);
}

static struct weir_buffer *fresh_scratch(struct work *work)
{
    weir_buffer_reset(&work->buffers->scratch);
    return &work->buffers->scratch;
}

/* {"_id": the value's} */
static struct span id_filter(struct work *work)
{
    return weir_change_id_filter(work, weir_bson_get(weir_work_value(work), ID));
}

/* {"a": {"b": 1}} as {"a.b": 1}, so that a partial document matches whole ones. */
static void add_flat(struct weir_buffer *out, struct weir_bytes document, struct weir_buffer *path)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    size_t before = path->len;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (before > 0) {
            weir_buffer_append_byte(path, '.');
        }
        weir_buffer_append_bytes(path, element.name);
        if (element.type == WEIR_BSON_DOCUMENT) {
            add_flat(out, element.value, path);
        } else {
            weir_filter_add(out, weir_buffer_view(path), element);
        }
        path->len = before;
    }
}

/* The document in _id as a filter. The id must be a document: the Partial* strategies make one. */
static bool business_filter(struct work *work, struct weir_bson_element id, struct span *filter_out,
                            struct weir_error *err)
{
    if (id.type != WEIR_BSON_DOCUMENT) {
        return reject(err, "a business key strategy needs a document in _id");
    }
    enum id_strategy strategy = work->settings->id_strategy;
    bool partial = strategy == ID_PARTIAL_KEY || strategy == ID_PARTIAL_VALUE;
    struct weir_buffer *scratch = fresh_scratch(work);
    weir_auto_buffer path;
    weir_buffer_init(&path, WEIR_BSON_DOCUMENT_BYTES_MAX);
    size_t start = weir_bson_begin(scratch);
    if (partial) {
        add_flat(scratch, id.value, &path);
    } else {
        weir_bson_add_all(scratch, id.value, WEIR_BYTES_NULL);
    }
    weir_bson_end(scratch, start);
    *filter_out = weir_work_add_scratch(work->buffers);
    return true;
}

/* The value without its _id. */
static struct span document_without_id(struct work *work)
{
    struct weir_buffer *scratch = fresh_scratch(work);
    size_t start = weir_bson_begin(scratch);
    weir_bson_add_all(scratch, weir_work_value(work), ID);
    weir_bson_end(scratch, start);
    return weir_work_add_scratch(work->buffers);
}

/* {$set: value without _id [, _modifiedTS], [$setOnInsert: {_insertedTS}]} */
static struct span update_document(struct work *work, bool timestamps)
{
    struct weir_buffer *scratch = fresh_scratch(work);
    int64_t now_ms = weir_clock_wall_ms();
    size_t start = weir_bson_begin(scratch);
    size_t set = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$set"));
    weir_bson_add_all(scratch, weir_work_value(work), ID);
    if (timestamps) {
        weir_bson_add_date(scratch, WEIR_BYTES("_modifiedTS"), now_ms);
    }
    weir_bson_end(scratch, set);
    if (timestamps) {
        size_t insert =
            weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$setOnInsert"));
        weir_bson_add_date(scratch, WEIR_BYTES("_insertedTS"), now_ms);
        weir_bson_end(scratch, insert);
    }
    weir_bson_end(scratch, start);
    return weir_work_add_scratch(work->buffers);
}

static struct planned_write *add_write(struct plan *plan, enum weir_mongo_write_kind kind,
                                       bool upsert)
{
    struct planned_write *write = &plan->writes[plan->write_count++];
    *write = (struct planned_write){.kind = kind, .upsert = upsert};
    return write;
}

static void plan_insert(struct work *work, struct plan *plan)
{
    add_write(plan, WEIR_MONGO_INSERT, false)->document = work->value;
    plan->has_own_id = work->has_own_id;
}

static void plan_replace(struct work *work, struct plan *plan)
{
    struct planned_write *write = add_write(plan, WEIR_MONGO_REPLACE, true);
    write->document = work->value;
    write->filter = id_filter(work);
}

static void plan_update(struct work *work, struct plan *plan, bool timestamps)
{
    struct planned_write *write = add_write(plan, WEIR_MONGO_UPDATE, true);
    write->filter = id_filter(work);
    write->document = update_document(work, timestamps);
}

static bool plan_business_key(struct work *work, struct plan *plan, bool replaces,
                              struct weir_error *err)
{
    struct span filter = {0};
    if (!business_filter(work, weir_bson_get(weir_work_value(work), ID), &filter, err)) {
        return false;
    }
    struct planned_write *write =
        add_write(plan, replaces ? WEIR_MONGO_REPLACE : WEIR_MONGO_UPDATE, true);
    write->filter = filter;
    write->document = replaces ? document_without_id(work) : update_document(work, true);
    return true;
}

/* Of the record's key, or of its value for a strategy that deletes by values. */
static bool plan_delete(struct work *work, struct plan *plan, enum write_strategy strategy,
                        struct weir_error *err)
{
    if (!weir_document_id_make(work, err)) {
        return false;
    }
    struct weir_bytes id = weir_buffer_view(&work->buffers->id);
    struct span filter = {0};
    if (strategy == WRITE_DELETE_BUSINESS_KEY) {
        if (!business_filter(work, weir_bson_get(id, ID), &filter, err)) {
            return false;
        }
    } else {
        filter = weir_change_id_filter(work, weir_bson_get(id, ID));
    }
    add_write(plan, WEIR_MONGO_DELETE_ONE, false)->filter = filter;
    return true;
}

/* A projection or a renaming may have taken it away again. */
static bool lost_id(struct work *work)
{
    return work->settings->processor_count > 1 &&
           !weir_bson_found(weir_bson_get(weir_work_value(work), ID));
}

static bool plan_value(struct work *work, struct plan *plan, struct weir_error *err)
{
    enum write_strategy strategy = work->settings->write_strategy;
    if (lost_id(work)) {
        return reject(err, "the post processors left the document without _id");
    }
    switch (strategy) {
    case WRITE_DEFAULT:
        if (work->has_own_id || *work->settings->timeseries.time_field) {
            plan_insert(work, plan);
        } else {
            plan_replace(work, plan);
        }
        return true;
    case WRITE_INSERT_ONE:
        plan_insert(work, plan);
        return true;
    case WRITE_REPLACE_ONE:
        plan_replace(work, plan);
        return true;
    case WRITE_UPDATE_ONE:
    case WRITE_UPDATE_TIMESTAMPS:
        plan_update(work, plan, strategy == WRITE_UPDATE_TIMESTAMPS);
        return true;
    case WRITE_REPLACE_BUSINESS_KEY:
    case WRITE_UPDATE_BUSINESS_KEY:
        return plan_business_key(work, plan, strategy == WRITE_REPLACE_BUSINESS_KEY, err);
    case WRITE_DELETE_ONE:
    case WRITE_DELETE_BUSINESS_KEY:
        return plan_delete(work, plan, strategy, err);
    }
    return false;
}

static bool plan_tombstone(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (weir_bytes_is_null(work->record->key)) {
        return reject(err, "the record has neither key nor value");
    }
    if (!work->settings->delete_on_null) {
        return reject(err, "the record has no value, and delete.on.null.values is false");
    }
    return plan_delete(work, plan, work->settings->delete_strategy, err);
}

static bool plan_change(struct work *work, struct plan *plan, struct weir_error *err)
{
    switch (work->settings->change_handler) {
    case CHANGE_MONGODB:
        return weir_change_event_plan(work, plan, err);
    case CHANGE_DEBEZIUM_OPLOG:
    case CHANGE_DEBEZIUM_STREAM:
        return weir_debezium_document_plan(
            work, plan, work->settings->change_handler == CHANGE_DEBEZIUM_STREAM, err);
    case CHANGE_DEBEZIUM_ROW:
        return weir_debezium_row_plan(work, plan, err);
    case CHANGE_QLIK:
        return weir_qlik_plan(work, plan, err);
    case CHANGE_NONE:
        break;
    }
    return false;
}

static bool plan_record(struct work *work, struct plan *plan, struct weir_error *err)
{
    if (work->settings->change_handler != CHANGE_NONE) {
        bool planned = plan_change(work, plan, err);
        if (planned && work->settings->change_drops_nulls) {
            weir_change_drop_nulls(work, plan);
        }
        return planned;
    }
    if (!weir_work_has_value(work)) {
        return plan_tombstone(work, plan, err);
    }
    return weir_post_processor_run(work, err) && plan_value(work, plan, err);
}

bool weir_write_model_plan(struct work *work, struct plan *plan, struct weir_error *err)
{
    *plan = (struct plan){0};
    if (!plan_record(work, plan, err)) {
        return false;
    }
    bool too_large = work->buffers->documents.overflow || work->buffers->scratch.overflow;
    for (size_t i = 0; i < plan->write_count; i++) {
        too_large = too_large || plan->writes[i].document.len > WEIR_BSON_DOCUMENT_BYTES_MAX;
    }
    return !too_large || reject(err, "the document is larger than MongoDB's 16 MB");
}
