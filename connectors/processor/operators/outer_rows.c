/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/outer_rows.h"

#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/ordered_map.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

enum { PREFIX_BYTES = sizeof(int64_t) + 1 }; /* of a name: time, side; then the key */

/* A value is the rows, each with its length before it. */
struct weir_outer_rows {
    struct weir_store base;
    struct weir_ordered_map *map;
    struct weir_ordered_map *dirty; /* names changed since the last flush */
    struct weir_buffer name, value;
};

static const struct weir_store_ops outer_rows_ops;

struct weir_outer_rows *weir_outer_rows_create(bool changelog)
{
    struct weir_outer_rows *rows = weir_alloc(sizeof *rows);
    rows->base = (struct weir_store){.ops = &outer_rows_ops, .changelog = changelog};
    rows->map = weir_ordered_map_create();
    rows->dirty = weir_ordered_map_create();
    weir_buffer_init(&rows->name, SIZE_MAX);
    weir_buffer_init(&rows->value, SIZE_MAX);
    return rows;
}

void weir_outer_rows_destroy(struct weir_outer_rows *rows)
{
    if (rows) {
        weir_ordered_map_destroy(rows->map);
        weir_ordered_map_destroy(rows->dirty);
        weir_buffer_fini(&rows->name);
        weir_buffer_fini(&rows->value);
        weir_free(rows);
    }
}

struct weir_store *weir_outer_rows_store(struct weir_outer_rows *rows)
{
    return &rows->base;
}

static struct weir_bytes name_of(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                                 struct weir_bytes key)
{
    uint8_t prefix[PREFIX_BYTES];
    weir_store_be64(prefix, timestamp_ms);
    prefix[sizeof(int64_t)] = left;
    weir_buffer_reset(&rows->name);
    weir_buffer_append(&rows->name, prefix, sizeof prefix);
    weir_buffer_append_bytes(&rows->name, key);
    return weir_buffer_view(&rows->name);
}

static void touch(struct weir_outer_rows *rows, struct weir_bytes name)
{
    if (rows->base.changelog) {
        weir_ordered_map_put(rows->dirty, name, WEIR_BYTES(""));
    }
}

void weir_outer_rows_add(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                         struct weir_bytes key, struct weir_bytes row)
{
    struct weir_bytes name = name_of(rows, timestamp_ms, left, key);
    struct weir_bytes before = weir_ordered_map_get(rows->map, name);
    weir_buffer_reset(&rows->value);
    if (!weir_bytes_is_null(before)) {
        weir_buffer_append_bytes(&rows->value, before);
    }
    weir_codec_put_unsigned(row.len, &rows->value);
    weir_buffer_append_bytes(&rows->value, row);
    weir_ordered_map_put(rows->map, name, weir_buffer_view(&rows->value));
    touch(rows, name);
}

bool weir_outer_rows_remove(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                            struct weir_bytes key)
{
    struct weir_bytes name = name_of(rows, timestamp_ms, left, key);
    if (!weir_ordered_map_remove(rows->map, name)) {
        return false;
    }
    touch(rows, name);
    return true;
}

int64_t weir_outer_rows_oldest(const struct weir_outer_rows *rows)
{
    const struct weir_ordered_node *node = weir_ordered_map_first(rows->map);
    return node ? weir_load_be64(weir_ordered_node_key(node).data) : INT64_MAX;
}

static bool visit_rows(const struct weir_ordered_node *node, weir_outer_row_fn visit, void *context,
                       struct weir_error *err)
{
    struct weir_bytes name = weir_ordered_node_key(node);
    struct weir_outer_row row = {
        .timestamp_ms = weir_load_be64(name.data),
        .left = name.data[sizeof(int64_t)] != 0,
        .key = {name.data + PREFIX_BYTES, name.len - PREFIX_BYTES},
    };
    struct weir_bytes left = weir_ordered_node_value(node);
    uint64_t bytes;
    while (weir_codec_get_unsigned(&left, &bytes) && bytes <= left.len) {
        row.row = (struct weir_bytes){left.data, bytes};
        left = (struct weir_bytes){left.data + bytes, left.len - bytes};
        if (!visit(context, &row, err)) {
            return false;
        }
    }
    return true;
}

bool weir_outer_rows_flush(struct weir_outer_rows *rows, int64_t left_ms, int64_t right_ms,
                           int64_t now_ms, weir_outer_row_fn visit, void *context,
                           struct weir_error *err)
{
    int64_t least_ms = left_ms < right_ms ? left_ms : right_ms;
    const struct weir_ordered_node *node = weir_ordered_map_first(rows->map);
    while (node) {
        struct weir_bytes name = weir_ordered_node_key(node);
        int64_t time_ms = weir_load_be64(name.data);
        bool left = name.data[sizeof(int64_t)] != 0;
        const struct weir_ordered_node *next = weir_ordered_node_next(node);
        if (time_ms + least_ms >= now_ms) {
            return true;
        }
        if (time_ms + (left ? left_ms : right_ms) < now_ms) {
            if (!visit_rows(node, visit, context, err)) {
                return false;
            }
            touch(rows, name);
            weir_ordered_map_remove(rows->map, name);
        }
        node = next;
    }
    return true;
}

/* ---- store ---- */

static bool outer_rows_restore(struct weir_store *base, struct weir_bytes key,
                               struct weir_bytes value, int64_t timestamp_ms,
                               struct weir_error *err)
{
    struct weir_outer_rows *rows = (struct weir_outer_rows *)base;
    (void)timestamp_ms;
    if (key.len < PREFIX_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a changelog key of an outer join has %zu bytes", key.len);
    }
    if (weir_bytes_is_null(value)) {
        weir_ordered_map_remove(rows->map, key);
    } else {
        weir_ordered_map_put(rows->map, key, value);
    }
    return true;
}

static bool outer_rows_flush(struct weir_store *base, weir_changelog_fn changelog, void *context,
                             struct weir_error *err)
{
    struct weir_outer_rows *rows = (struct weir_outer_rows *)base;
    const struct weir_ordered_node *node;
    while ((node = weir_ordered_map_first(rows->dirty))) {
        struct weir_bytes name = weir_ordered_node_key(node);
        if (!changelog(context, name, weir_ordered_map_get(rows->map, name),
                       weir_load_be64(name.data), err)) {
            return false;
        }
        weir_buffer_reset(&rows->name);
        weir_buffer_append_bytes(&rows->name, name);
        weir_ordered_map_remove(rows->dirty, weir_buffer_view(&rows->name));
    }
    return true;
}

static size_t outer_rows_bytes(const struct weir_store *base)
{
    const struct weir_outer_rows *rows = (const struct weir_outer_rows *)base;
    return sizeof *rows + weir_ordered_map_bytes(rows->map) + weir_ordered_map_bytes(rows->dirty);
}

static size_t outer_rows_entries(const struct weir_store *base)
{
    return weir_ordered_map_count(((const struct weir_outer_rows *)base)->map);
}

static void outer_rows_destroy(struct weir_store *base)
{
    weir_outer_rows_destroy((struct weir_outer_rows *)base);
}

static const struct weir_store_ops outer_rows_ops = {
    .restore = outer_rows_restore,
    .flush = outer_rows_flush,
    .bytes = outer_rows_bytes,
    .entries = outer_rows_entries,
    .destroy = outer_rows_destroy,
};
