/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/nulls.h"

#include "core/mongo/bson_builder.h"

static void add(struct weir_buffer *out, struct weir_bytes document, bool is_array)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (element.type == WEIR_BSON_DOCUMENT || element.type == WEIR_BSON_ARRAY) {
            size_t start = weir_bson_add_begin(out, element.type, element.name);
            add(out, element.value, element.type == WEIR_BSON_ARRAY);
            weir_bson_end(out, start);
        } else if (element.type != WEIR_BSON_NULL || is_array) {
            weir_bson_add_element(out, element);
        }
    }
}

void weir_nulls_leave_out(struct weir_buffer *out, struct weir_bytes document)
{
    add(out, document, false);
}
