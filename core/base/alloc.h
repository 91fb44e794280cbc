/* alloc.h - heap memory that cannot fail, and ownership that shows.
 *
 * Out of memory ends the process: every size that comes from outside is checked against a limit
 * first.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_ALLOC_H
#define WEIR_BASE_ALLOC_H

#include <stddef.h>
#include <string.h>

/* Zeroed; returns owned. */
void *weir_alloc(size_t bytes) __attribute__((malloc, returns_nonnull));
void *weir_alloc_array(size_t count, size_t bytes_each) __attribute__((malloc, returns_nonnull));
/* Grown bytes are not zeroed. */
void *weir_realloc(void *memory, size_t bytes) __attribute__((returns_nonnull));
char *weir_strdup(const char *text) __attribute__((malloc, returns_nonnull));
char *weir_strndup(const char *text, size_t bytes) __attribute__((malloc, returns_nonnull));
/* Returns owned; a formatted string of any length. */
char *weir_format(const char *format, ...)
    __attribute__((format(printf, 1, 2), malloc, returns_nonnull));
/* Accepts NULL. */
void weir_free(void *memory);

void weir_autofree_cleanup(void *slot);
/* weir_autofree char *text = ...; is freed when it leaves scope. */
#define weir_autofree __attribute__((cleanup(weir_autofree_cleanup)))

void *weir_steal_pointer(void *slot);
/* Leaves the scope with ownership: return weir_steal(&text); */
#define weir_steal(slot) ((__typeof__(*(slot)))weir_steal_pointer(slot))

#endif
