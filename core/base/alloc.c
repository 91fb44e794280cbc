/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/alloc.h"

#include "core/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void *checked(void *memory)
{
    if (!memory) {
        fputs("weir: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *weir_alloc(size_t bytes)
{
    return checked(calloc(1, bytes ? bytes : 1));
}

void *weir_alloc_array(size_t count, size_t bytes_each)
{
    return checked(calloc(count ? count : 1, bytes_each ? bytes_each : 1));
}

void *weir_realloc(void *memory, size_t bytes)
{
    return checked(realloc(memory, bytes ? bytes : 1));
}

char *weir_strdup(const char *text)
{
    return weir_strndup(text, strlen(text));
}

char *weir_strndup(const char *text, size_t bytes)
{
    char *copy = weir_alloc(bytes + 1);
    memcpy(copy, text, bytes);
    return copy;
}

char *weir_format(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return checked(length < 0 ? NULL : text);
}

void weir_free(void *memory)
{
    free(memory);
}

void weir_autofree_cleanup(void *slot)
{
    free(weir_steal_pointer(slot));
}

/* By memcpy: reading a char * through a void ** would break the aliasing rules. */
void *weir_steal_pointer(void *slot)
{
    void *pointer;
    void *null = NULL;
    memcpy(&pointer, slot, sizeof(pointer));
    memcpy(slot, &null, sizeof(null));
    return pointer;
}
