/* registry.h - every function that SQL can call: name, signatures, documentation, kernel.
 *
 * A family of functions is one file with one table of entries (weir_function_family), listed in
 * registry.c. Adding a function is a row in its family's table. The registry serves name lookup,
 * overload resolution, SHOW/DESCRIBE FUNCTIONS and the generated docs.
 *
 * Signatures are text: "(STRING value, INTEGER... parts) STRING", with ARRAY<T>, MAP<K, V>, DECIMAL
 * (of any precision), type variables (one capital letter), a variadic last (or middle, for
 * aggregates) parameter, lambdas "LAMBDA<T, R>" = T => R. Threads: immutable; any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_REGISTRY_H
#define WEIR_PROCESSOR_FUNCTIONS_REGISTRY_H

#include "connectors/processor/values/value.h"
#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum weir_function_kind {
    WEIR_FUNCTION_SCALAR,
    WEIR_FUNCTION_AGGREGATE,
    WEIR_FUNCTION_TABLE,
};

struct weir_function; /* scalar.h, aggregate.h, table_function.h have what only their compilers need
                       */

/* By name in upper case; NULL: there is none. */
const struct weir_function *weir_function_find(const char *name);
/* A near name for "did you mean", or NULL. */
const char *weir_function_suggest(const char *name);

enum weir_function_kind weir_function_kind(const struct weir_function *function);
const char *weir_function_name(const struct weir_function *function);
const char *weir_function_category(const struct weir_function *function);
const char *weir_function_description(const struct weir_function *function);
size_t weir_function_signature_count(const struct weir_function *function);
/* "SUBSTRING(value STRING, start INTEGER) STRING" */
void weir_function_signature_print(const struct weir_function *function, size_t index,
                                   struct weir_buffer *buffer);
const char *weir_function_signature_description(const struct weir_function *function, size_t index);

/* Sorted by name. */
size_t weir_function_count(void);
const struct weir_function *weir_function_at(size_t index);

#endif
