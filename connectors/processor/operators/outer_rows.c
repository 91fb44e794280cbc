/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/operators/outer_rows.h"

#include "connectors/processor/state/big_endian.h"
#include "connectors/processor/state/ordered_store.h"
#include "connectors/processor/values/value_codec.h"
#include "core/base/alloc.h"

enum { PREFIX_BYTES = sizeof(int64_t) + 1 }; /* of a name: time, side; then the key */

/* A value is the rows, each with its length before it. */
struct weir_outer_rows {
    struct weir_ordered_store *store;
    struct weir_buffer name, value;
};

struct weir_outer_rows *weir_outer_rows_create(bool changelog)
{
    struct weir_outer_rows *rows = weir_alloc(sizeof *rows);
    rows->store = weir_ordered_store_create(changelog);
    weir_buffer_init(&rows->name, SIZE_MAX);
    weir_buffer_init(&rows->value, SIZE_MAX);
    return rows;
}

void weir_outer_rows_destroy(struct weir_outer_rows *rows)
{
    if (rows) {
        weir_ordered_store_destroy(rows->store);
        weir_buffer_fini(&rows->name);
        weir_buffer_fini(&rows->value);
        weir_free(rows);
    }
}

struct weir_store *weir_outer_rows_store(struct weir_outer_rows *rows)
{
    return weir_ordered_store_store(rows->store);
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

void weir_outer_rows_add(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                         struct weir_bytes key, struct weir_bytes row)
{
    struct weir_bytes name = name_of(rows, timestamp_ms, left, key);
    struct weir_bytes before = weir_ordered_map_get(weir_ordered_store_map(rows->store), name);
    weir_buffer_reset(&rows->value);
    if (!weir_bytes_is_null(before)) {
        weir_buffer_append_bytes(&rows->value, before);
    }
    weir_codec_put_unsigned(row.len, &rows->value);
    weir_buffer_append_bytes(&rows->value, row);
    weir_ordered_store_put(rows->store, name, weir_buffer_view(&rows->value));
}

bool weir_outer_rows_remove(struct weir_outer_rows *rows, int64_t timestamp_ms, bool left,
                            struct weir_bytes key)
{
    return weir_ordered_store_remove(rows->store, name_of(rows, timestamp_ms, left, key));
}

/* A name from the changelog may be too short to have a time. */
static int64_t time_of(const struct weir_ordered_node *node)
{
    struct weir_bytes name = weir_ordered_node_key(node);
    return name.len < PREFIX_BYTES ? -1 : weir_load_be64(name.data);
}

int64_t weir_outer_rows_oldest(const struct weir_outer_rows *rows)
{
    const struct weir_ordered_node *node =
        weir_ordered_map_first(weir_ordered_store_map(rows->store));
    return node ? time_of(node) : INT64_MAX;
}

static bool visit_rows(const struct weir_ordered_node *node, weir_outer_row_fn visit, void *context,
                       struct weir_error *err)
{
    struct weir_bytes name = weir_ordered_node_key(node);
    if (name.len < PREFIX_BYTES) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_WEIR, 0,
                         "a row of an outer join has a key of %zu bytes", name.len);
    }
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
    const struct weir_ordered_node *node =
        weir_ordered_map_first(weir_ordered_store_map(rows->store));
    while (node && now_ms - time_of(node) > least_ms) {
        struct weir_bytes name = weir_ordered_node_key(node);
        bool left = name.data[name.len < PREFIX_BYTES ? 0 : sizeof(int64_t)] != 0;
        const struct weir_ordered_node *next = weir_ordered_node_next(node);
        if (now_ms - time_of(node) > (left ? left_ms : right_ms)) {
            if (!visit_rows(node, visit, context, err)) {
                return false;
            }
            weir_ordered_store_remove(rows->store, name);
        }
        node = next;
    }
    return true;
}
