/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/change_write.h"
#include "connectors/sink/mongodb/debezium.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/extended_json.h"

#define ID WEIR_BYTES("_id")

bool weir_debezium_operation(const struct work *work, enum debezium_operation *operation_out,
                             struct weir_error *err)
{
    static const char letters[] = "crud"; /* in the enum's order, behind NONE */
    struct weir_bson_element field = weir_bson_get(weir_work_value(work), WEIR_BYTES("op"));
    if (!weir_bson_found(field) &&
        weir_bson_found(weir_bson_get(weir_work_value(work), WEIR_BYTES("ddl")))) {
        *operation_out = DEBEZIUM_NONE;
        return true;
    }
    struct weir_bytes text = weir_bson_text(field);
    const char *found = text.len == 1 && text.data[0] ? strchr(letters, text.data[0]) : NULL;
    if (!found) {
        return weir_change_reject(err, "op is not one of c, r, u, d");
    }
    *operation_out = (enum debezium_operation)(DEBEZIUM_CREATE + (found - letters));
    return true;
}

/* The JSON text in a field of the event, as a document behind the event. */
static bool parse_field(struct work *work, struct weir_bytes name, struct span *document_out,
                        struct weir_error *err)
{
    struct weir_bytes json = weir_bson_text(weir_bson_get(weir_work_value(work), name));
    struct weir_buffer *scratch = &work->buffers->scratch;
    weir_buffer_reset(scratch);
    if (weir_bytes_is_null(json)) {
        return weir_change_reject(err, "it has no JSON text in after or patch");
    }
    if (!weir_extended_json_to_bson(json, scratch, err)) {
        return weir_fail_within(err, "change event: %.*s", (int)name.len, (const char *)name.data);
    }
    *document_out = weir_work_add_scratch(work->buffers);
    return true;
}

/* {"_id": what the key's id says in JSON}. */
static bool key_filter(struct work *work, struct span *filter_out, struct weir_error *err)
{
    struct weir_bytes key;
    struct weir_buffer *id = &work->buffers->id, *scratch = &work->buffers->scratch;
    if (!weir_work_key(work, &key, err)) {
        return false;
    }
    struct weir_bytes json = weir_bson_text(weir_bson_get(key, WEIR_BYTES("id")));
    if (weir_bytes_is_null(json)) {
        return weir_change_reject(err, "the key has no id that is text");
    }
    weir_buffer_reset(scratch);
    weir_buffer_reset(id);
    weir_buffer_append_text(scratch, "{\"_id\": ");
    weir_buffer_append_bytes(scratch, json);
    weir_buffer_append_byte(scratch, '}');
    if (!weir_extended_json_to_bson(weir_buffer_view(scratch), id, err)) {
        return weir_fail_within(err, "change event: key");
    }
    *filter_out = weir_change_id_filter(work, weir_bson_get(weir_buffer_view(id), ID));
    return true;
}

static bool plan_replace(struct work *work, struct plan *plan, struct span document,
                         struct weir_error *err)
{
    struct weir_bson_element id = weir_bson_get(weir_work_view(work->buffers, document), ID);
    if (!weir_bson_found(id)) {
        return weir_change_reject(err, "the document has no _id");
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_REPLACE, true);
    write->document = document;
    write->filter = weir_change_id_filter(work, id);
    return true;
}

static bool plan_after(struct work *work, struct plan *plan, bool by_key, struct weir_error *err)
{
    struct span document = {0}, filter = {0};
    if (!parse_field(work, WEIR_BYTES("after"), &document, err)) {
        return false;
    }
    if (!by_key) {
        return plan_replace(work, plan, document, err);
    }
    if (!key_filter(work, &filter, err)) {
        return false;
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_REPLACE, true);
    write->document = document;
    write->filter = filter;
    return true;
}

/* The oplog's own "$v" is no update operator. */
static bool plan_patch(struct work *work, struct plan *plan, struct weir_error *err)
{
    struct span parsed = {0}, filter = {0};
    if (!parse_field(work, WEIR_BYTES("patch"), &parsed, err)) {
        return false;
    }
    struct weir_bytes patch = weir_work_view(work->buffers, parsed);
    weir_bson_add_all(weir_change_open(work), patch, WEIR_BYTES("$v"));
    struct span document = weir_change_close(work);
    if (weir_bson_found(weir_bson_get(weir_work_view(work->buffers, document), ID))) {
        return plan_replace(work, plan, document, err);
    }
    if (!key_filter(work, &filter, err)) {
        return false;
    }
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_UPDATE, false);
    write->document = document;
    write->filter = filter;
    return true;
}

static bool plan_delete(struct work *work, struct plan *plan, struct weir_error *err)
{
    struct span filter = {0};
    if (!key_filter(work, &filter, err)) {
        return false;
    }
    weir_change_add(plan, WEIR_MONGO_DELETE_ONE, false)->filter = filter;
    return true;
}

bool weir_debezium_document_plan(struct work *work, struct plan *plan, bool by_after,
                                 struct weir_error *err)
{
    enum debezium_operation operation = DEBEZIUM_NONE;
    struct weir_bytes key;
    if (!weir_work_key(work, &key, err)) {
        return false;
    }
    if (weir_change_is_empty(key)) {
        return weir_change_reject(err, "the record has no key");
    }
    if (weir_change_is_empty(weir_work_value(work))) {
        return weir_bson_found(weir_bson_get(key, WEIR_BYTES("id"))) ||
               weir_change_reject(err, "the record has no value");
    }
    if (!weir_debezium_operation(work, &operation, err)) {
        return false;
    }
    switch (operation) {
    case DEBEZIUM_NONE:
        return true;
    case DEBEZIUM_CREATE:
    case DEBEZIUM_READ:
        return plan_after(work, plan, false, err);
    case DEBEZIUM_UPDATE:
        return by_after ? plan_after(work, plan, true, err) : plan_patch(work, plan, err);
    case DEBEZIUM_DELETE:
        return plan_delete(work, plan, err);
    }
    return false;
}
