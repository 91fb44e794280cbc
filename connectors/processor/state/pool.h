/* pool.h - small blocks of memory for the entries of one store.
 *
 * Size classes with free lists, cut from chunks that grow to 64 KB; a freed block serves the next
 * one of its class. Blocks above WEIR_POOL_BLOCK_BYTES_MAX are heap blocks of their own.
 * Threads: one owner. Allocates: chunks from the heap. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_STATE_POOL_H
#define WEIR_PROCESSOR_STATE_POOL_H

#include <stddef.h>
#include <stdint.h>

enum { WEIR_POOL_BLOCK_BYTES_MAX = 8192, WEIR_POOL_CLASS_COUNT = 48 };

struct weir_pool_chunk;
struct weir_pool_block;

struct weir_pool {
    struct weir_pool_chunk *chunks;
    struct weir_pool_block *free[WEIR_POOL_CLASS_COUNT];
    uint8_t *next; /* unused rest of the newest chunk */
    size_t next_bytes;
    size_t chunk_bytes; /* of the next chunk */
    size_t bytes;       /* all chunks and large blocks */
};

/* A zeroed pool is empty and ready. */
/* Blocks that are still in use go with it, large ones not. Then it is as zeroed. */
void weir_pool_fini(struct weir_pool *pool);
/* Aligned to 16, not zeroed. */
void *weir_pool_alloc(struct weir_pool *pool, size_t bytes) __attribute__((returns_nonnull));
/* bytes as it was allocated. Accepts NULL. */
void weir_pool_free(struct weir_pool *pool, void *memory, size_t bytes);
/* Keeps the first bytes of both sizes; stays in place when the class is the same. */
void *weir_pool_resize(struct weir_pool *pool, void *memory, size_t bytes_old, size_t bytes_new)
    __attribute__((returns_nonnull));

#endif
