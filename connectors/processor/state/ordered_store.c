/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/ordered_store.h"

#include "core/base/alloc.h"

struct weir_ordered_store {
    struct weir_store base;
    struct weir_ordered_map *map;
    struct weir_ordered_map *dirty; /* keys changed since the last flush */
};

static const struct weir_store_ops ordered_store_ops;

struct weir_ordered_store *weir_ordered_store_create(bool changelog)
{
    struct weir_ordered_store *store = weir_alloc(sizeof *store);
    store->base = (struct weir_store){.ops = &ordered_store_ops, .changelog = changelog};
    store->map = weir_ordered_map_create();
    store->dirty = weir_ordered_map_create();
    return store;
}

void weir_ordered_store_destroy(struct weir_ordered_store *store)
{
    if (store) {
        weir_ordered_map_destroy(store->map);
        weir_ordered_map_destroy(store->dirty);
        weir_free(store);
    }
}

struct weir_store *weir_ordered_store_store(struct weir_ordered_store *store)
{
    return &store->base;
}

const struct weir_ordered_map *weir_ordered_store_map(const struct weir_ordered_store *store)
{
    return store->map;
}

static void touch(struct weir_ordered_store *store, struct weir_bytes key)
{
    if (store->base.changelog) {
        weir_ordered_map_put(store->dirty, key, WEIR_BYTES(""));
    }
}

void weir_ordered_store_put(struct weir_ordered_store *store, struct weir_bytes key,
                            struct weir_bytes value)
{
    touch(store, key);
    weir_ordered_map_put(store->map, key, value);
}

bool weir_ordered_store_remove(struct weir_ordered_store *store, struct weir_bytes key)
{
    if (weir_bytes_is_null(weir_ordered_map_get(store->map, key))) {
        return false;
    }
    touch(store, key);
    return weir_ordered_map_remove(store->map, key);
}

static bool ordered_store_restore(struct weir_store *base, struct weir_bytes key,
                                  struct weir_bytes value, int64_t timestamp_ms,
                                  struct weir_error *err)
{
    struct weir_ordered_store *store = (struct weir_ordered_store *)base;
    (void)timestamp_ms, (void)err;
    if (weir_bytes_is_null(value)) {
        weir_ordered_map_remove(store->map, key);
    } else {
        weir_ordered_map_put(store->map, key, value);
    }
    return true;
}

static bool ordered_store_flush(struct weir_store *base, weir_changelog_fn changelog, void *context,
                                struct weir_error *err)
{
    struct weir_ordered_store *store = (struct weir_ordered_store *)base;
    const struct weir_ordered_node *node = weir_ordered_map_first(store->dirty);
    for (; node; node = weir_ordered_node_next(node)) {
        struct weir_bytes key = weir_ordered_node_key(node);
        if (!changelog(context, key, weir_ordered_map_get(store->map, key), -1, err)) {
            return false;
        }
    }
    weir_ordered_map_destroy(store->dirty);
    store->dirty = weir_ordered_map_create();
    return true;
}

static size_t ordered_store_bytes(const struct weir_store *base)
{
    const struct weir_ordered_store *store = (const struct weir_ordered_store *)base;
    return sizeof *store + weir_ordered_map_bytes(store->map) +
           weir_ordered_map_bytes(store->dirty);
}

static size_t ordered_store_entries(const struct weir_store *base)
{
    return weir_ordered_map_count(((const struct weir_ordered_store *)base)->map);
}

static void ordered_store_destroy(struct weir_store *base)
{
    weir_ordered_store_destroy((struct weir_ordered_store *)base);
}

static const struct weir_store_ops ordered_store_ops = {
    .restore = ordered_store_restore,
    .flush = ordered_store_flush,
    .bytes = ordered_store_bytes,
    .entries = ordered_store_entries,
    .destroy = ordered_store_destroy,
};
