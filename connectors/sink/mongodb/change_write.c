/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/change_write.h"

#include "connectors/sink/mongodb/filter.h"
#include "connectors/sink/mongodb/nulls.h"
#include "core/mongo/bson_builder.h"

enum { EMPTY_BYTES = 5 };

bool weir_change_reject(struct weir_error *err, const char *problem)
{
    return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0, "change event: %s", problem);
}

struct weir_bytes weir_change_document(const struct work *work, struct weir_bytes name)
{
    struct weir_bson_element field = weir_bson_get(weir_work_value(work), name);
    return field.type == WEIR_BSON_DOCUMENT ? field.value : WEIR_BYTES_NULL;
}

bool weir_change_is_empty(struct weir_bytes document)
{
    return document.len <= EMPTY_BYTES;
}

struct planned_write *weir_change_add(struct plan *plan, enum weir_mongo_write_kind kind,
                                      bool upsert)
{
    struct planned_write *write = &plan->writes[plan->write_count++];
    *write = (struct planned_write){.kind = kind, .upsert = upsert};
    return write;
}

struct weir_buffer *weir_change_open(struct work *work)
{
    struct weir_buffer *scratch = &work->buffers->scratch;
    weir_buffer_reset(scratch);
    weir_bson_begin(scratch);
    return scratch;
}

struct span weir_change_close(struct work *work)
{
    weir_bson_end(&work->buffers->scratch, 0);
    return weir_work_add_scratch(work->buffers);
}

struct span weir_change_copy(struct work *work, struct weir_bytes document)
{
    weir_bson_add_all(weir_change_open(work), document, WEIR_BYTES_NULL);
    return weir_change_close(work);
}

struct span weir_change_id_filter(struct work *work, struct weir_bson_element id)
{
    weir_filter_add(weir_change_open(work), WEIR_BYTES("_id"), id);
    return weir_change_close(work);
}

/* An update without the nulls that it would set. */
static void add_update_without_nulls(struct weir_buffer *out, struct weir_bytes update)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, update);
    while (weir_bson_next(&iterator, &element)) {
        if (!weir_bytes_equal(element.name, WEIR_BYTES("$set"))) {
            weir_bson_add_element(out, element);
            continue;
        }
        size_t before = out->len;
        size_t set = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, element.name);
        weir_nulls_leave_out(out, element.value);
        weir_bson_end(out, set);
        if (out->len - set == EMPTY_BYTES) {
            out->len = before;
        }
    }
}

static void drop_nulls(struct work *work, struct planned_write *write)
{
    struct weir_bytes document = weir_work_view(work->buffers, write->document);
    struct weir_buffer *scratch = weir_change_open(work);
    if (write->kind == WEIR_MONGO_REPLACE) {
        weir_nulls_leave_out(scratch, document);
    } else {
        add_update_without_nulls(scratch, document);
    }
    write->document = weir_change_close(work);
}

void weir_change_drop_nulls(struct work *work, struct plan *plan)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->write_count; i++) {
        struct planned_write *write = &plan->writes[i];
        if (write->kind == WEIR_MONGO_REPLACE || write->kind == WEIR_MONGO_UPDATE) {
            drop_nulls(work, write);
        }
        if (write->kind == WEIR_MONGO_DELETE_ONE || write->document.len > EMPTY_BYTES) {
            plan->writes[kept++] = *write;
        }
    }
    plan->write_count = kept;
}
