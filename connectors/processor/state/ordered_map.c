/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/ordered_map.h"

#include "connectors/processor/state/pool.h"
#include "core/base/alloc.h"
#include "core/base/backoff.h"

enum { HEIGHT_MAX = 16 };

/* After next[] stand the key bytes. */
struct weir_ordered_node {
    uint8_t *value;
    uint32_t key_bytes, value_bytes;
    uint32_t height;
    struct weir_ordered_node *next[];
};

struct weir_ordered_map {
    struct weir_pool pool;
    struct weir_ordered_node *heads[HEIGHT_MAX];
    size_t count;
    uint64_t random_state;
};

struct weir_ordered_map *weir_ordered_map_create(void)
{
    struct weir_ordered_map *map = weir_alloc(sizeof *map);
    map->random_state = 1;
    return map;
}

static size_t node_bytes(uint32_t height, size_t key_bytes)
{
    return sizeof(struct weir_ordered_node) + height * sizeof(struct weir_ordered_node *) +
           key_bytes;
}

static void node_free(struct weir_ordered_map *map, struct weir_ordered_node *node)
{
    weir_pool_free(&map->pool, node->value, node->value_bytes);
    weir_pool_free(&map->pool, node, node_bytes(node->height, node->key_bytes));
}

void weir_ordered_map_destroy(struct weir_ordered_map *map)
{
    if (!map) {
        return;
    }
    struct weir_ordered_node *node = map->heads[0];
    while (node) {
        struct weir_ordered_node *next = node->next[0];
        node_free(map, node);
        node = next;
    }
    weir_pool_fini(&map->pool);
    weir_free(map);
}

struct weir_bytes weir_ordered_node_key(const struct weir_ordered_node *node)
{
    return (struct weir_bytes){(const uint8_t *)(node->next + node->height), node->key_bytes};
}

struct weir_bytes weir_ordered_node_value(const struct weir_ordered_node *node)
{
    return (struct weir_bytes){node->value, node->value_bytes};
}

/* links_out[level]: the pointer that leads to the first node not before key. */
static void find(const struct weir_ordered_map *map, struct weir_bytes key,
                 struct weir_ordered_node *const *links_out[HEIGHT_MAX])
{
    struct weir_ordered_node *const *links = map->heads;
    for (int level = HEIGHT_MAX - 1; level >= 0; level--) {
        while (links[level] && weir_bytes_compare(weir_ordered_node_key(links[level]), key) < 0) {
            links = links[level]->next;
        }
        links_out[level] = &links[level];
    }
}

static struct weir_ordered_node *node_at(const struct weir_ordered_map *map, struct weir_bytes key,
                                         struct weir_ordered_node *const *links[HEIGHT_MAX])
{
    find(map, key, links);
    struct weir_ordered_node *node = *links[0];
    bool same = node && weir_bytes_equal(weir_ordered_node_key(node), key);
    return same ? node : NULL;
}

static void value_set(struct weir_ordered_map *map, struct weir_ordered_node *node,
                      struct weir_bytes value)
{
    node->value = weir_pool_resize(&map->pool, node->value, node->value_bytes, value.len);
    node->value_bytes = (uint32_t)value.len;
    memcpy(node->value, value.data, value.len);
}

/* Each level has a quarter of the one below. */
static uint32_t random_height(struct weir_ordered_map *map)
{
    uint64_t bits = weir_random_next(&map->random_state);
    uint32_t height = 1;
    while (height < HEIGHT_MAX && (bits & 3) == 0) {
        height++;
        bits >>= 2;
    }
    return height;
}

/* A link of our own map, found through a const path. */
static void link_set(struct weir_ordered_node *const *link, struct weir_ordered_node *node)
{
    struct weir_ordered_node **slot;
    memcpy(&slot, &link, sizeof slot);
    *slot = node;
}

void weir_ordered_map_put(struct weir_ordered_map *map, struct weir_bytes key,
                          struct weir_bytes value)
{
    struct weir_ordered_node *const *links[HEIGHT_MAX];
    struct weir_ordered_node *node = node_at(map, key, links);
    if (node) {
        value_set(map, node, value);
        return;
    }
    uint32_t height = random_height(map);
    node = weir_pool_alloc(&map->pool, node_bytes(height, key.len));
    *node = (struct weir_ordered_node){.height = height, .key_bytes = (uint32_t)key.len};
    memcpy(node->next + height, key.data, key.len);
    value_set(map, node, value);
    for (uint32_t level = 0; level < height; level++) {
        node->next[level] = *links[level];
        link_set(links[level], node);
    }
    map->count++;
}

struct weir_bytes weir_ordered_map_get(const struct weir_ordered_map *map, struct weir_bytes key)
{
    struct weir_ordered_node *const *links[HEIGHT_MAX];
    const struct weir_ordered_node *node = node_at(map, key, links);
    return node ? weir_ordered_node_value(node) : WEIR_BYTES_NULL;
}

bool weir_ordered_map_remove(struct weir_ordered_map *map, struct weir_bytes key)
{
    struct weir_ordered_node *const *links[HEIGHT_MAX];
    struct weir_ordered_node *node = node_at(map, key, links);
    if (!node) {
        return false;
    }
    for (uint32_t level = 0; level < node->height; level++) {
        link_set(links[level], node->next[level]);
    }
    node_free(map, node);
    map->count--;
    return true;
}

const struct weir_ordered_node *weir_ordered_map_seek(const struct weir_ordered_map *map,
                                                      struct weir_bytes from)
{
    struct weir_ordered_node *const *links[HEIGHT_MAX];
    find(map, from, links);
    return *links[0];
}

const struct weir_ordered_node *weir_ordered_map_first(const struct weir_ordered_map *map)
{
    return map->heads[0];
}

const struct weir_ordered_node *weir_ordered_node_next(const struct weir_ordered_node *node)
{
    return node->next[0];
}

size_t weir_ordered_map_count(const struct weir_ordered_map *map)
{
    return map->count;
}

size_t weir_ordered_map_bytes(const struct weir_ordered_map *map)
{
    return sizeof *map + map->pool.bytes;
}
