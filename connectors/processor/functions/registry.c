/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/registry.h"

#include "connectors/processor/functions/families.h"
#include "connectors/processor/functions/function.h"
#include "connectors/processor/functions/signatures.h"
#include "core/base/alloc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const struct weir_function **functions; /* by name */
    size_t count;
} registry;

static int compare_functions(const void *a, const void *b)
{
    const struct weir_function *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static void open_registry(void)
{
    size_t total = 0;
    for (size_t i = 0; weir_function_families[i]; i++) {
        total += weir_function_families[i]->count;
    }
    registry.functions = weir_alloc_array(total, sizeof *registry.functions);
    for (size_t i = 0; weir_function_families[i]; i++) {
        const struct weir_function_family *family = weir_function_families[i];
        for (size_t j = 0; j < family->count; j++) {
            registry.functions[registry.count++] = &family->functions[j];
        }
    }
    qsort(registry.functions, registry.count, sizeof *registry.functions, compare_functions);
    for (size_t i = 1; i < registry.count; i++) {
        weir_assert(strcmp(registry.functions[i - 1]->name, registry.functions[i]->name) != 0);
    }
}

static void ensure_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, open_registry);
}

const struct weir_function *weir_function_find(const char *name)
{
    ensure_open();
    struct weir_function wanted = {.name = name};
    const struct weir_function *key = &wanted;
    const struct weir_function **found = bsearch(&key, registry.functions, registry.count,
                                                 sizeof *registry.functions, compare_functions);
    return found ? *found : NULL;
}

/* Levenshtein's distance, of names up to 63 bytes. */
static size_t distance(const char *a, const char *b)
{
    enum { LENGTH_MAX = 63 };
    size_t row[LENGTH_MAX + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > LENGTH_MAX || length_b > LENGTH_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= length_b; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[length_b];
}

const char *weir_function_suggest(const char *name)
{
    ensure_open();
    const char *best = NULL;
    size_t best_distance = strlen(name) / 3 + 2; /* farther is no typing error */
    for (size_t i = 0; i < registry.count; i++) {
        size_t other = distance(name, registry.functions[i]->name);
        if (other < best_distance) {
            best_distance = other;
            best = registry.functions[i]->name;
        }
    }
    return best;
}

enum weir_function_kind weir_function_kind(const struct weir_function *function)
{
    return function->kind;
}

const char *weir_function_name(const struct weir_function *function)
{
    return function->name;
}

const char *weir_function_category(const struct weir_function *function)
{
    return function->category;
}

const char *weir_function_description(const struct weir_function *function)
{
    return function->description;
}

size_t weir_function_signature_count(const struct weir_function *function)
{
    return function->signature_count;
}

void weir_function_signature_print(const struct weir_function *function, size_t index,
                                   struct weir_buffer *buffer)
{
    const struct weir_parsed_signature *signature =
        weir_signature_parsed(&function->signatures[index]);
    weir_signature_print(function->name, signature, buffer);
    weir_buffer_append_byte(buffer, ' ');
    weir_pattern_print(signature->result, buffer);
}

const char *weir_function_signature_description(const struct weir_function *function, size_t index)
{
    const char *description = function->signatures[index].description;
    return description ? description : function->description;
}

size_t weir_function_count(void)
{
    ensure_open();
    return registry.count;
}

const struct weir_function *weir_function_at(size_t index)
{
    ensure_open();
    return registry.functions[index];
}
