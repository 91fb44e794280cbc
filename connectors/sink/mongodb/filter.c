/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/filter.h"

#include "core/mongo/bson_builder.h"

enum { BSON_REGEX = 0x0B };

static bool is_operator(struct weir_bytes name)
{
    return name.len > 0 && name.data[0] == '$';
}

/* MongoDB looks at the first name only, and refuses a mixture. */
static bool reads_as_condition(struct weir_bson_element value)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element first;
    if (value.type != WEIR_BSON_DOCUMENT) {
        return value.type == BSON_REGEX;
    }
    weir_bson_iterator_init(&iterator, value.value);
    return weir_bson_next(&iterator, &first) && is_operator(first.name);
}

void weir_filter_add(struct weir_buffer *out, struct weir_bytes name,
                     struct weir_bson_element value)
{
    if (!reads_as_condition(value)) {
        weir_bson_add_value(out, name, value);
        return;
    }
    size_t equal = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, name);
    weir_bson_add_value(out, WEIR_BYTES("$eq"), value);
    weir_bson_end(out, equal);
}

bool weir_filter_add_all(struct weir_buffer *out, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        if (is_operator(element.name)) {
            return false;
        }
        weir_filter_add(out, element.name, element);
    }
    return true;
}
