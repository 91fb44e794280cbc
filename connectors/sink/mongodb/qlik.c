/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/qlik.h"

#include "connectors/sink/mongodb/change_write.h"
#include "connectors/sink/mongodb/filter.h"
#include "core/mongo/bson_builder.h"
#include "core/mongo/uuid.h"

#include <strings.h>

#define ID WEIR_BYTES("_id")

enum operation { REPLACE, UPDATE, DELETE };

static const struct {
    const char *name;
    enum operation operation;
} operations[] = {{"insert", REPLACE},
                  {"refresh", REPLACE},
                  {"read", REPLACE},
                  {"update", UPDATE},
                  {"delete", DELETE}};

/* The subdocument, or the document itself when it has no such field. */
static bool inner(struct weir_bytes *document, const char *name, bool null_is_absent,
                  struct weir_error *err)
{
    struct weir_bson_element field = weir_bson_get(*document, weir_bytes_of(name));
    if (!weir_bson_found(field) || (field.type == WEIR_BSON_NULL && null_is_absent)) {
        return true;
    }
    if (field.type != WEIR_BSON_DOCUMENT) {
        return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                         "change event: %s is not a document", name);
    }
    *document = field.value;
    return true;
}

static bool message_of(const struct work *work, struct weir_bytes *message_out,
                       struct weir_error *err)
{
    *message_out = weir_work_value(work);
    return inner(message_out, "message", false, err);
}

/* The message's data or beforeData, or the message when it has none. */
static bool part_of(const struct work *work, const char *name, struct weir_bytes *part_out,
                    struct weir_error *err)
{
    return message_of(work, part_out, err) && inner(part_out, name, false, err);
}

static bool read_operation(const struct work *work, enum operation *operation_out,
                           struct weir_error *err)
{
    struct weir_bytes headers;
    if (!message_of(work, &headers, err) || !inner(&headers, "headers", false, err)) {
        return false;
    }
    struct weir_bson_element field = weir_bson_get(headers, WEIR_BYTES("operation"));
    if (!weir_bson_found(field)) {
        field = weir_bson_get(headers, WEIR_BYTES("headers_operation"));
    }
    struct weir_bytes text = weir_bson_text(field);
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        const char *name = operations[i].name;
        if (text.len == strlen(name) && strncasecmp(name, (const char *)text.data, text.len) == 0) {
            *operation_out = operations[i].operation;
            return true;
        }
    }
    return weir_change_reject(err, "it names no operation that is known");
}

/* What a row without a key looked like. */
static bool old_row(const struct work *work, enum operation operation, struct weir_bytes *row_out,
                    struct weir_error *err)
{
    if (operation == UPDATE) {
        return part_of(work, "beforeData", row_out, err);
    }
    return message_of(work, row_out, err) && inner(row_out, "data", true, err) &&
           inner(row_out, "beforeData", true, err);
}

static bool row_filter(struct work *work, enum operation operation, struct span *filter_out,
                       struct weir_error *err)
{
    struct weir_bytes key, row;
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
    if (operation == REPLACE) {
        weir_object_id_make(object_id);
        weir_bson_add_object_id(scratch, ID, object_id);
    } else if (!old_row(work, operation, &row, err)) {
        return false;
    } else if (weir_change_is_empty(row) || !weir_filter_add_all(scratch, row)) {
        return weir_change_reject(err, "the record has no key and no row to find it by");
    }
    *filter_out = weir_change_close(work);
    return true;
}

static bool plan_replace(struct work *work, struct plan *plan, struct span filter,
                         struct weir_error *err)
{
    struct weir_bytes key, row;
    if (!weir_work_key(work, &key, err) || !part_of(work, "data", &row, err)) {
        return false;
    }
    struct weir_bson_element id = weir_bson_get(weir_work_view(work->buffers, filter), ID);
    if (!weir_change_is_empty(key)) {
        id = (struct weir_bson_element){.value = key, .type = WEIR_BSON_DOCUMENT};
    }
    struct weir_buffer *scratch = weir_change_open(work);
    weir_bson_add_value(scratch, ID, id);
    weir_bson_add_all(scratch, row, ID);
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_REPLACE, true);
    write->filter = filter;
    write->document = weir_change_close(work);
    return true;
}

static bool differs(struct weir_bson_element new, struct weir_bson_element old)
{
    return !weir_bson_found(old) || new.type != old.type || !weir_bytes_equal(new.value, old.value);
}

/* {$set: the columns that are not as before}; none = nothing to do. */
static bool plan_update(struct work *work, struct plan *plan, struct span filter,
                        struct weir_error *err)
{
    struct weir_bytes before, row;
    struct weir_bson_iterator iterator;
    struct weir_bson_element column;
    if (!part_of(work, "beforeData", &before, err) || !part_of(work, "data", &row, err)) {
        return false;
    }
    if (weir_change_is_empty(row)) {
        return weir_change_reject(err, "its data is empty");
    }
    struct weir_buffer *scratch = weir_change_open(work);
    size_t set = weir_bson_add_begin(scratch, WEIR_BSON_DOCUMENT, WEIR_BYTES("$set"));
    size_t nothing = scratch->len;
    weir_bson_iterator_init(&iterator, row);
    while (weir_bson_next(&iterator, &column)) {
        if (differs(column, weir_bson_get(before, column.name))) {
            weir_bson_add_element(scratch, column);
        }
    }
    if (scratch->len == nothing) {
        return true;
    }
    weir_bson_end(scratch, set);
    struct planned_write *write = weir_change_add(plan, WEIR_MONGO_UPDATE, true);
    write->filter = filter;
    write->document = weir_change_close(work);
    return true;
}

bool weir_qlik_plan(struct work *work, struct plan *plan, struct weir_error *err)
{
    enum operation operation = REPLACE;
    struct span filter = {0};
    if (weir_change_is_empty(weir_work_value(work))) {
        return true;
    }
    if (!read_operation(work, &operation, err) || !row_filter(work, operation, &filter, err)) {
        return false;
    }
    switch (operation) {
    case REPLACE:
        return plan_replace(work, plan, filter, err);
    case UPDATE:
        return plan_update(work, plan, filter, err);
    case DELETE:
        weir_change_add(plan, WEIR_MONGO_DELETE_ONE, false)->filter = filter;
        return true;
    }
    return false;
}
