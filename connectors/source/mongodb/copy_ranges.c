/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_ranges.h"

#include "core/mongo/bson_builder.h"

#include <stdio.h>
#include <string.h>

enum { ID_BYTES_MAX = 1 << 20 };

static void set_id(struct weir_buffer *buffer, struct weir_bson_element id)
{
    weir_buffer_reset(buffer);
    if (weir_bson_found(id)) {
        size_t start = weir_bson_begin(buffer);
        weir_bson_add_value(buffer, WEIR_BYTES("_id"), id);
        weir_bson_end(buffer, start);
    }
}

static struct weir_bson_element get_id(const struct weir_buffer *buffer)
{
    return buffer->len ? weir_bson_get(weir_buffer_view(buffer), WEIR_BYTES("_id"))
                       : (struct weir_bson_element){0};
}

void weir_copy_ranges_fini(struct weir_copy_ranges *ranges)
{
    for (size_t index = 0; index < WEIR_COPY_RANGES_MAX; index++) {
        weir_buffer_fini(&ranges->items[index].from);
        weir_buffer_fini(&ranges->items[index].to);
    }
    ranges->count = 0;
}

void weir_copy_ranges_load(struct weir_copy_ranges *ranges, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    weir_copy_ranges_fini(ranges);
    weir_bson_iterator_init(&iterator, weir_bson_get(document, WEIR_BYTES("left")).value);
    while (weir_bson_next(&iterator, &item)) {
        struct weir_bson_element to = weir_bson_get(item.value, WEIR_BYTES("to"));
        if (ranges->count == WEIR_COPY_RANGES_MAX) {
            set_id(&ranges->items[ranges->count - 1].to, to);
            continue;
        }
        struct weir_copy_range *range = &ranges->items[ranges->count++];
        range->done = false;
        weir_buffer_init(&range->from, ID_BYTES_MAX);
        weir_buffer_init(&range->to, ID_BYTES_MAX);
        set_id(&range->from, weir_bson_get(item.value, WEIR_BYTES("from")));
        set_id(&range->to, to);
    }
}

void weir_copy_ranges_advance(struct weir_copy_ranges *ranges, size_t index,
                              struct weir_bson_element id)
{
    if (index < ranges->count && weir_bson_found(id)) {
        set_id(&ranges->items[index].from, id);
    }
}

void weir_copy_ranges_finish(struct weir_copy_ranges *ranges, size_t index)
{
    if (index < ranges->count) {
        ranges->items[index].done = true;
    }
}

size_t weir_copy_ranges_left(const struct weir_copy_ranges *ranges)
{
    size_t left = 0;
    for (size_t index = 0; index < ranges->count; index++) {
        left += !ranges->items[index].done;
    }
    return left;
}

static void add_bound(struct weir_buffer *out, struct weir_bytes name,
                      struct weir_bson_element bound)
{
    if (weir_bson_found(bound)) {
        weir_bson_add_value(out, name, bound);
    }
}

static void add_range(struct weir_buffer *out, size_t position, struct weir_bson_element from,
                      struct weir_bson_element to)
{
    char name[24];
    snprintf(name, sizeof(name), "%zu", position);
    size_t start = weir_bson_add_begin(out, WEIR_BSON_DOCUMENT, weir_bytes_of(name));
    add_bound(out, WEIR_BYTES("from"), from);
    add_bound(out, WEIR_BYTES("to"), to);
    weir_bson_end(out, start);
}

void weir_copy_ranges_write(const struct weir_copy_ranges *ranges, struct weir_buffer *out)
{
    size_t start = weir_bson_begin(out), position = 0;
    size_t left = weir_bson_add_begin(out, WEIR_BSON_ARRAY, WEIR_BYTES("left"));
    for (size_t index = 0; index < ranges->count; index++) {
        const struct weir_copy_range *range = &ranges->items[index];
        if (!range->done) {
            add_range(out, position++, get_id(&range->from), get_id(&range->to));
        }
    }
    weir_bson_end(out, left);
    weir_bson_end(out, start);
}

static bool is_same(struct weir_bson_element a, struct weir_bson_element b)
{
    return a.type == b.type && weir_bytes_equal(a.value, b.value);
}

void weir_copy_ranges_between(const struct weir_bson_element *bounds, size_t bound_count,
                              struct weir_buffer *out)
{
    size_t start = weir_bson_begin(out), position = 0;
    size_t left = weir_bson_add_begin(out, WEIR_BSON_ARRAY, WEIR_BYTES("left"));
    struct weir_bson_element from = {0};
    for (size_t index = 0; index < bound_count; index++) {
        if (!is_same(from, bounds[index])) {
            add_range(out, position++, from, bounds[index]);
            from = bounds[index];
        }
    }
    add_range(out, position, from, (struct weir_bson_element){0});
    weir_bson_end(out, left);
    weir_bson_end(out, start);
}

struct weir_bytes weir_copy_ranges_at(struct weir_bytes document, size_t index)
{
    char name[24];
    snprintf(name, sizeof(name), "%zu", index);
    struct weir_bytes left = weir_bson_get(document, WEIR_BYTES("left")).value;
    return weir_bytes_is_null(left) ? WEIR_BYTES_NULL
                                    : weir_bson_get(left, weir_bytes_of(name)).value;
}
