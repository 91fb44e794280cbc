/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/arena.h"

#include "core/base/alloc.h"
#include "core/base/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { PIECE_ALIGNMENT = 16, SHORT_TEXT_BYTES = 256 };

struct block {
    struct block *previous;
    size_t capacity;
    size_t used;
    _Alignas(PIECE_ALIGNMENT) uint8_t data[];
};

struct weir_arena {
    struct block *block; /* newest */
    size_t block_bytes;
    size_t older_bytes; /* capacity of all blocks but the newest */
};

struct weir_arena *weir_arena_create(size_t block_bytes)
{
    struct weir_arena *arena = weir_alloc(sizeof(*arena));
    arena->block_bytes = block_bytes;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *previous = block->previous;
        weir_free(block);
        block = previous;
    }
}

void weir_arena_destroy(struct weir_arena *arena)
{
    if (arena) {
        free_blocks(arena->block);
        weir_free(arena);
    }
}

/* Keeps the newest block unless it was made for one large piece. */
void weir_arena_reset(struct weir_arena *arena)
{
    struct block *block = arena->block;
    if (!block) {
        return;
    }
    free_blocks(block->previous);
    arena->older_bytes = 0;
    block->previous = NULL;
    block->used = 0;
#ifdef WEIR_ARENA_DEBUG
    bool keep = false;
#else
    bool keep = block->capacity <= arena->block_bytes;
#endif
    if (!keep) {
        weir_free(block);
        arena->block = NULL;
    }
}

static void add_block(struct weir_arena *arena, size_t bytes)
{
#ifdef WEIR_ARENA_DEBUG
    size_t capacity = bytes;
#else
    size_t capacity = bytes > arena->block_bytes ? bytes : arena->block_bytes;
#endif
    struct block *block = weir_realloc(NULL, sizeof(*block) + capacity);
    block->previous = arena->block;
    block->capacity = capacity;
    block->used = 0;
    if (arena->block) {
        arena->older_bytes += arena->block->capacity;
    }
    arena->block = block;
}

#ifndef WEIR_ARENA_DEBUG
static size_t rounded(size_t bytes)
{
    return (bytes + PIECE_ALIGNMENT - 1) & ~(size_t)(PIECE_ALIGNMENT - 1);
}
#endif

void *weir_arena_alloc(struct weir_arena *arena, size_t bytes)
{
#ifdef WEIR_ARENA_DEBUG
    add_block(arena, bytes);
    arena->block->used = bytes;
    return arena->block->data;
#else
    size_t needed = rounded(bytes);
    if (!arena->block || arena->block->capacity - arena->block->used < needed) {
        add_block(arena, needed);
    }
    void *piece = arena->block->data + arena->block->used;
    arena->block->used += needed;
    return piece;
#endif
}

void *weir_arena_calloc(struct weir_arena *arena, size_t count, size_t bytes_each)
{
    size_t bytes;
    bool overflow = __builtin_mul_overflow(count, bytes_each, &bytes);
    weir_assert(!overflow);
    return memset(weir_arena_alloc(arena, bytes), 0, bytes);
}

void *weir_arena_grow(struct weir_arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
#ifndef WEIR_ARENA_DEBUG
    struct block *block = arena->block;
    size_t old_room = rounded(old_bytes);
    bool newest = old && block && (uint8_t *)old + old_room == block->data + block->used;
    if (newest && block->capacity - block->used + old_room >= rounded(new_bytes)) {
        block->used += rounded(new_bytes) - old_room;
        return old;
    }
#endif
    void *piece = weir_arena_alloc(arena, new_bytes);
    if (old && old_bytes > 0) {
        memcpy(piece, old, old_bytes < new_bytes ? old_bytes : new_bytes);
    }
    return piece;
}

char *weir_arena_strdup(struct weir_arena *arena, const char *text)
{
    return weir_arena_strndup(arena, text, strlen(text));
}

char *weir_arena_strndup(struct weir_arena *arena, const char *text, size_t bytes)
{
    char *copy = weir_arena_alloc(arena, bytes + 1);
    if (bytes > 0) {
        memcpy(copy, text, bytes);
    }
    copy[bytes] = 0;
    return copy;
}

char *weir_arena_format(struct weir_arena *arena, const char *format, ...)
{
    char shortly[SHORT_TEXT_BYTES];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(shortly, sizeof(shortly), format, arguments);
    va_end(arguments);
    size_t bytes = length < 0 ? 1 : (size_t)length + 1;
    char *text = weir_arena_alloc(arena, bytes);
    if (bytes <= sizeof(shortly)) {
        memcpy(text, shortly, bytes);
        text[bytes - 1] = 0;
    } else {
        vsnprintf(text, bytes, format, again);
    }
    va_end(again);
    return text;
}

struct weir_bytes weir_arena_copy(struct weir_arena *arena, struct weir_bytes bytes)
{
    if (weir_bytes_is_null(bytes)) {
        return bytes;
    }
    return (struct weir_bytes){
        (const uint8_t *)weir_arena_strndup(arena, (const char *)bytes.data, bytes.len), bytes.len};
}

size_t weir_arena_bytes(const struct weir_arena *arena)
{
    return arena->older_bytes + (arena->block ? arena->block->used : 0);
}

void weir_arena_cleanup(struct weir_arena **slot)
{
    weir_arena_destroy(*slot);
    *slot = NULL;
}
