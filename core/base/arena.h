/* arena.h - memory that is handed out piece by piece and given back all at once.
 *
 * One arena holds what a batch of records needs until the batch is acknowledged. Pieces are aligned
 * to 16 bytes and are not zeroed unless said. With -Darena_debug=true each piece is a malloc of its
 * own, so that AddressSanitizer sees overruns and use after reset.
 * Threads: one owner; a whole arena may be handed over. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_ARENA_H
#define WEIR_BASE_ARENA_H

#include "core/base/bytes.h"

#include <stddef.h>

struct weir_arena;

/* Returns owned. Grows in blocks of block_bytes (a piece larger than that gets its own block). */
struct weir_arena *weir_arena_create(size_t block_bytes);
void weir_arena_destroy(struct weir_arena *arena);
/* Keeps at most one block; every piece is gone. */
void weir_arena_reset(struct weir_arena *arena);

void *weir_arena_alloc(struct weir_arena *arena, size_t bytes) __attribute__((returns_nonnull));
void *weir_arena_calloc(struct weir_arena *arena, size_t count, size_t bytes_each)
    __attribute__((returns_nonnull));
/* A grown copy of the last bytes; extends in place when old is the newest piece. */
void *weir_arena_grow(struct weir_arena *arena, void *old, size_t old_bytes, size_t new_bytes)
    __attribute__((returns_nonnull));
/* NUL-terminated. */
char *weir_arena_strdup(struct weir_arena *arena, const char *text)
    __attribute__((returns_nonnull));
char *weir_arena_strndup(struct weir_arena *arena, const char *text, size_t bytes)
    __attribute__((returns_nonnull));
char *weir_arena_format(struct weir_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
/* Null stays null. */
struct weir_bytes weir_arena_copy(struct weir_arena *arena, struct weir_bytes bytes);
/* Bytes handed out since the last reset, block rests included: what a memory limit should count. */
size_t weir_arena_bytes(const struct weir_arena *arena);

void weir_arena_cleanup(struct weir_arena **slot);
#define weir_auto_arena __attribute__((cleanup(weir_arena_cleanup))) struct weir_arena

#endif
