/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/change_write.h"
#include "connectors/sink/mongodb/debezium.h"
#include "connectors/sink/mongodb/filter.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/uuid.h"

#define ID WEIR_BYTES("_id")

/* Whose row it is: {"_id": key}; without a key a new id, or the whole row as it was before. */
static bool row_filter(struct work *work, bool is_new, struct span *filter_out,
                       struct weir_error *err)
{
    struct weir_bytes key;
    uint8_t object_id[WEIR_OBJECT_ID_BYTES];
    if (!weir_work_key(work, &key, err)) {
        return false;
    }
    if (!weir_change_is_empty(key)) {
        *filter_out = weir_change_id_filter(
            work, (struct weir_bson_element){.value = key, .type = WEIR_BSON_DOCUMENT});
        return true;
    }
    struct weir_buffer *scratch = weir_change_open(work);
    struct weir_bytes before = weir_change_document(work, WEIR_BYTES("before"));
    if (is_new) {
        weir_object_id_make(object_id);
        weir_bson_add_object_id(scratch, ID, object_id);
    } else if (weir_change_is_empty(before) || !weir_filter_add_all(scratch, before)) {
        return weir_change_reject(err, "the record has no key and no usable 'before'");
    }
    *filter_out = weir_change_close(work);
    return true;
}

/* The id that the filter names, under $eq or not. */
static void add_id(struct work *work, struct span filter, struct weir_bytes key,
                   struct weir_buffer *out)
{
    struct weir_bson_element id = weir_bson_get(weir_work_view(work->buffers, filter), ID);
    if (!weir_change_is_empty(key)) {
        id = (struct weir_bson_element){.value = key, .type = WEIR_BSON_DOCUMENT};
    }
    if (weir_bson_found(id)) {
        weir_bson_add_value(out, ID, id);
    }
}

/* The row with its key in _id, and nowhere else. */
static bool plan_row(struct work *work, struct plan *plan, bool is_new, struct weir_error *err)
{
    struct span filter = {0};
    struct weir_bytes key;
    struct weir_bson_iterator iterator;
    struct weir_bson_element column;
    if (!row_filter(work, is_new, &filter, err) || !weir_work_key(work, &key, err)) {
        return false;
    }
    struct weir_bytes after = weir_change_document(work, WEIR_BYTES("after"));
    if (weir_change_is_empty(after)) {
        return weir_change_reject(err, "it has no 'after'");
    }
    struct weir_buffer *scratch = weir_change_open(work);
    add_id(work, filter, key, scratch);
    weir_bson_iterator_init(&iterator, after);
    while (weir_bson_next(&iterator, &column)) {
        bool is_id = weir_bytes_equal(column.name, ID);
        if (!is_id && !weir_bson_found(weir_bson_get(key, column.name))) {
            weir_bson_add_element(scratch, column);
        }
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_REPLACE, true);
    write->filter = filter;
    write->document = weir_change_close(work);
    return true;
}

bool weir_debezium_row_plan(struct work *work, struct plan *plan, struct weir_error *err)
{
    enum debezium_operation operation = DEBEZIUM_NONE;
    struct span filter = {0};
    if (weir_change_is_empty(weir_work_value(work))) {
        return true;
    }
    if (!weir_debezium_operation(work, &operation, err)) {
        return false;
    }
    switch (operation) {
    case DEBEZIUM_NONE:
        return true;
    case DEBEZIUM_CREATE:
    case DEBEZIUM_READ:
    case DEBEZIUM_UPDATE:
        return plan_row(work, plan, operation != DEBEZIUM_UPDATE, err);
    case DEBEZIUM_DELETE:
        if (!row_filter(work, false, &filter, err)) {
            return false;
        }
        weir_change_add(plan, WEIR_MONGO_DELETE_ONE, false)->filter = filter;
        return true;
    }
    return false;
}
