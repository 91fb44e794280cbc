/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/split_event.h"

#include "core/mongo/bson_builder.h"

enum { EVENT_BYTES_MAX = 128 << 20 };

void weir_split_event_fini(struct weir_split_event *split)
{
    weir_buffer_fini(&split->fields);
    weir_buffer_fini(&split->joined);
    split->pending = false;
}

static int32_t number_of(struct weir_bytes split, struct weir_bytes name)
{
    struct weir_bson_element number = weir_bson_get(split, name);
    return number.type == WEIR_BSON_INT32 ? weir_bson_int32(number) : 0;
}

static void add_fields(struct weir_buffer *out, struct weir_bytes event)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element field;
    weir_bson_iterator_init(&iterator, event);
    while (weir_bson_next(&iterator, &field)) {
        if (!weir_bytes_equal(field.name, WEIR_BYTES("_id")) &&
            !weir_bytes_equal(field.name, WEIR_BYTES("splitEvent"))) {
            weir_bson_add_element(out, field);
        }
    }
}

bool weir_split_event_add(struct weir_split_event *split, struct weir_bytes event,
                          struct weir_bytes *whole_out)
{
    struct weir_bson_element mark = weir_bson_get(event, WEIR_BYTES("splitEvent"));
    if (mark.type != WEIR_BSON_DOCUMENT) {
        split->pending = false;
        *whole_out = event;
        return true;
    }
    int32_t fragment = number_of(mark.value, WEIR_BYTES("fragment"));
    if (fragment == 1) {
        weir_buffer_fini(&split->fields);
        weir_buffer_init(&split->fields, EVENT_BYTES_MAX);
    }
    add_fields(&split->fields, event);
    split->pending = fragment < number_of(mark.value, WEIR_BYTES("of"));
    if (split->pending) {
        return false;
    }
    weir_buffer_fini(&split->joined);
    weir_buffer_init(&split->joined, EVENT_BYTES_MAX);
    size_t start = weir_bson_begin(&split->joined);
    weir_bson_add_element(&split->joined, weir_bson_get(event, WEIR_BYTES("_id")));
    weir_buffer_append_bytes(&split->joined, weir_buffer_view(&split->fields));
    weir_bson_end(&split->joined, start);
    weir_buffer_fini(&split->fields);
    *whole_out = weir_buffer_view(&split->joined);
    return true;
}
