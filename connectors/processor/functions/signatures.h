/* signatures.h - which signature of a function a call means.
 *
 * ksqlDB's rules: first without casts, then with; among several that fit, the one without a
 * variadic parameter, with more parameters, with fewer type variables; none better than another is
 * an error. Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_SIGNATURES_H
#define WEIR_PROCESSOR_FUNCTIONS_SIGNATURES_H

#include "connectors/processor/functions/function.h"
#include "connectors/processor/sql/ast.h"

/* One argument of a call, before overloads are resolved. */
struct weir_argument {
    const struct weir_type *type; /* &weir_type_null for NULL; NULL for a lambda */
    size_t lambda_inputs;
};

/* Parsed once for the process. */
const struct weir_parsed_signature *weir_signature_parsed(const struct weir_signature *signature);

/* NULL: err, at place. */
const struct weir_signature *weir_signature_resolve(const struct weir_function *function,
                                                    const struct weir_argument *arguments,
                                                    size_t count, struct weir_place place,
                                                    struct weir_error *err);
/* Of argument `index` of a call with argument_count arguments. */
const struct weir_pattern *weir_signature_pattern(const struct weir_parsed_signature *signature,
                                                  size_t index, size_t argument_count);

/* "NAME(STRING value, INTEGER... parts)" */
void weir_signature_print(const char *name, const struct weir_parsed_signature *signature,
                          struct weir_buffer *buffer);

#endif
