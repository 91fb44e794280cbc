/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/state/pool.h"

#include "core/base/alloc.h"

#include <string.h>

enum { CHUNK_BYTES_MIN = 1024, CHUNK_BYTES_MAX = 65536, CLASS_LINEAR_COUNT = 32, CLASS_STEP = 16 };

struct weir_pool_chunk {
    struct weir_pool_chunk *next;
    size_t bytes;
};

struct weir_pool_block {
    struct weir_pool_block *next;
};

/* Multiples of 16 up to 512, then four steps a doubling. */
static unsigned class_of(size_t bytes, size_t *class_bytes_out)
{
    if (bytes <= (size_t)CLASS_LINEAR_COUNT * CLASS_STEP) {
        size_t steps = bytes == 0 ? 1 : (bytes + CLASS_STEP - 1) / CLASS_STEP;
        *class_bytes_out = steps * CLASS_STEP;
        return (unsigned)steps - 1;
    }
    size_t base = (size_t)CLASS_LINEAR_COUNT * CLASS_STEP;
    unsigned index = CLASS_LINEAR_COUNT;
    while (bytes > base * 2) {
        base *= 2;
        index += 4;
    }
    size_t quarter = base / 4;
    size_t steps = (bytes - base + quarter - 1) / quarter;
    *class_bytes_out = base + steps * quarter;
    return index + (unsigned)steps - 1;
}

void weir_pool_fini(struct weir_pool *pool)
{
    struct weir_pool_chunk *chunk = pool->chunks;
    while (chunk) {
        struct weir_pool_chunk *next = chunk->next;
        weir_free(chunk);
        chunk = next;
    }
    *pool = (struct weir_pool){0};
}

/* The rest of the old chunk is left: at most one block of the class asked for. */
static void chunk_add(struct weir_pool *pool, size_t bytes_min)
{
    if (pool->chunk_bytes == 0) {
        pool->chunk_bytes = CHUNK_BYTES_MIN;
    }
    while (pool->chunk_bytes < bytes_min + sizeof(struct weir_pool_chunk)) {
        pool->chunk_bytes *= 2;
    }
    struct weir_pool_chunk *chunk = weir_alloc(pool->chunk_bytes);
    chunk->bytes = pool->chunk_bytes;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    pool->bytes += chunk->bytes;
    pool->next = (uint8_t *)(chunk + 1);
    pool->next_bytes = chunk->bytes - sizeof(struct weir_pool_chunk);
    if (pool->chunk_bytes < CHUNK_BYTES_MAX) {
        pool->chunk_bytes *= 2;
    }
}

void *weir_pool_alloc(struct weir_pool *pool, size_t bytes)
{
    if (bytes > WEIR_POOL_BLOCK_BYTES_MAX) {
        pool->bytes += bytes;
        return weir_alloc(bytes);
    }
    size_t class_bytes;
    unsigned class = class_of(bytes, &class_bytes);
    struct weir_pool_block *block = pool->free[class];
    if (block) {
        pool->free[class] = block->next;
        return block;
    }
    if (pool->next_bytes < class_bytes) {
        chunk_add(pool, class_bytes);
    }
    uint8_t *memory = pool->next;
    pool->next += class_bytes;
    pool->next_bytes -= class_bytes;
    return memory;
}

void weir_pool_free(struct weir_pool *pool, void *memory, size_t bytes)
{
    if (!memory) {
        return;
    }
    if (bytes > WEIR_POOL_BLOCK_BYTES_MAX) {
        pool->bytes -= bytes;
        weir_free(memory);
        return;
    }
    size_t class_bytes;
    unsigned class = class_of(bytes, &class_bytes);
    struct weir_pool_block *block = memory;
    block->next = pool->free[class];
    pool->free[class] = block;
}

void *weir_pool_resize(struct weir_pool *pool, void *memory, size_t bytes_old, size_t bytes_new)
{
    size_t class_old = bytes_old, class_new = bytes_new;
    if (bytes_old <= WEIR_POOL_BLOCK_BYTES_MAX && bytes_new <= WEIR_POOL_BLOCK_BYTES_MAX) {
        class_of(bytes_old, &class_old);
        class_of(bytes_new, &class_new);
    }
    if (memory && class_old == class_new) {
        return memory;
    }
    void *copy = weir_pool_alloc(pool, bytes_new);
    if (memory) {
        memcpy(copy, memory, bytes_old < bytes_new ? bytes_old : bytes_new);
        weir_pool_free(pool, memory, bytes_old);
    }
    return copy;
}
