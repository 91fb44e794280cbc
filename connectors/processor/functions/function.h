/* function.h - what an entry of the registry holds, for the files that define functions and for the
 * compiler of calls.
 *
 * A family file defines one table of `struct weir_function` and nothing else is visible of it. A
 * scalar kernel gets evaluated arguments of exactly the types that its signature names. Threads:
 * entries are immutable. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_FUNCTION_H
#define WEIR_PROCESSOR_FUNCTIONS_FUNCTION_H

#include "connectors/processor/functions/registry.h"
#include "connectors/processor/functions/type_pattern.h"
#include "connectors/processor/values/value.h"

#include <string.h>
#include <strings.h>

struct weir_expression_options;
struct weir_node;
struct weir_aggregate_ops;

/* One evaluation of an expression over a row. */
struct weir_evaluation {
    const struct weir_row *row;
    struct weir_arena *arena;
    struct weir_value *variables; /* of lambdas, by index */
    struct weir_buffer *text;     /* for text that is being made, by one kernel at a time */
    const char *message;          /* why it failed */
};

/* One call in a compiled expression: what its kernel may look at. */
struct weir_call {
    const struct weir_type *type;                  /* of the result */
    const struct weir_type *const *argument_types; /* lambdas: NULL */
    size_t argument_count;
    const struct weir_node *const *lambdas; /* bodies by argument; NULL where there is none */
    const uint32_t *lambda_indexes;         /* by argument: variable index of the first parameter */
    const struct weir_expression_options *options;
    void *cache; /* cache_bytes, zeroed at first */
};

/* False: as an exception in Java; weir_evaluation_fail says why. */
typedef bool (*weir_scalar_fn)(struct weir_evaluation *evaluation, const struct weir_call *call,
                               const struct weir_value *arguments, struct weir_value *result);
/* For results whose type the signature's text cannot say (DECIMAL). NULL: err. */
typedef const struct weir_type *(*weir_result_type_fn)(
    struct weir_arena *arena, const struct weir_type *const *argument_types, size_t argument_count,
    struct weir_error *err);
/* Gives the items in order. */
typedef bool (*weir_table_fn)(struct weir_evaluation *evaluation, const struct weir_call *call,
                              const struct weir_value *arguments, struct weir_value *items);

struct weir_signature {
    const char *text; /* "(STRING value, INTEGER... parts) STRING" */
    union {
        weir_scalar_fn scalar;
        weir_table_fn table; /* the result type is that of one item; items: an ARRAY */
        const struct weir_aggregate_ops *aggregate;
    };
    weir_result_type_fn result_type; /* or NULL: as the text says */
    const char *description;         /* or NULL */
};

enum weir_function_flag {
    WEIR_FUNCTION_TAKES_NULLS =
        1, /* its kernel gets NULL arguments; else any of them makes the result NULL */
    WEIR_FUNCTION_IMPURE = 2, /* of the clock or of chance: never folded */
};

struct weir_function {
    const char *name; /* upper case */
    enum weir_function_kind kind;
    const char *category;
    const char *description;
    const struct weir_signature *signatures;
    size_t signature_count;
    unsigned flags;
    size_t cache_bytes; /* for each call: compiled patterns ... */
    void (*cache_fini)(void *cache);
};

#define WEIR_SIGNATURES(array) \
    .signatures = (array), .signature_count = sizeof(array) / sizeof *(array)

struct weir_function_family {
    const struct weir_function *functions;
    size_t count;
};
#define WEIR_FAMILY(name, array) \
    const struct weir_function_family name = {(array), sizeof(array) / sizeof *(array)}

/* Sets the message; returns false. The text is static, or lives in the arena. */
static inline bool weir_evaluation_fail(struct weir_evaluation *evaluation, const char *message)
{
    evaluation->message = message;
    return false;
}

/* The head of a scalar kernel, which need not look at everything it is given. */
#define WEIR_KERNEL(name) \
    static bool name(__attribute__((unused)) struct weir_evaluation *evaluation, \
                     __attribute__((unused)) const struct weir_call *call, \
                     __attribute__((unused)) const struct weir_value *arguments, \
                     struct weir_value *result)

/* The entry of a scalar function without a cache. */
#define WEIR_SCALAR(its_name, its_category, its_signatures, its_flags, words) \
    { \
        .name = (its_name), .kind = WEIR_FUNCTION_SCALAR, .category = (its_category), \
        .description = (words), WEIR_SIGNATURES(its_signatures), .flags = (its_flags) \
    }

/* Calls the lambda that is argument `index`. */
bool weir_lambda_apply(struct weir_evaluation *evaluation, const struct weir_call *call,
                       size_t index, const struct weir_value *arguments, size_t argument_count,
                       struct weir_value *result);

/* ---- values, for kernels ---- */

static inline struct weir_bytes weir_text_of(const struct weir_value *value)
{
    return (struct weir_bytes){value->bytes, value->length};
}

static inline bool weir_return_null(struct weir_value *result)
{
    *result = WEIR_VALUE_NULL;
    return true;
}

static inline bool weir_return_boolean(struct weir_value *result, bool boolean)
{
    *result = (struct weir_value){.boolean = boolean, .kind = WEIR_TYPE_BOOLEAN};
    return true;
}

static inline bool weir_return_integer(struct weir_value *result, int32_t number)
{
    *result = (struct weir_value){.integer = number, .kind = WEIR_TYPE_INTEGER};
    return true;
}

static inline bool weir_return_bigint(struct weir_value *result, int64_t number)
{
    *result = (struct weir_value){.bigint = number, .kind = WEIR_TYPE_BIGINT};
    return true;
}

static inline bool weir_return_double(struct weir_value *result, double number)
{
    *result = (struct weir_value){.number = number, .kind = WEIR_TYPE_DOUBLE};
    return true;
}

static inline bool weir_return_text(struct weir_value *result, struct weir_bytes text)
{
    *result = (struct weir_value){
        .bytes = text.data, .length = (uint32_t)text.len, .kind = WEIR_TYPE_STRING};
    return true;
}

static inline bool weir_return_bytes(struct weir_value *result, struct weir_bytes bytes)
{
    *result = (struct weir_value){
        .bytes = bytes.data, .length = (uint32_t)bytes.len, .kind = WEIR_TYPE_BYTES};
    return true;
}

static inline bool weir_return_array(struct weir_value *result, const struct weir_value *items,
                                     size_t count)
{
    *result =
        (struct weir_value){.items = items, .length = (uint32_t)count, .kind = WEIR_TYPE_ARRAY};
    return true;
}

static inline bool weir_return_map(struct weir_value *result, const struct weir_value *pairs,
                                   size_t count)
{
    *result = (struct weir_value){.items = pairs, .length = (uint32_t)count, .kind = WEIR_TYPE_MAP};
    return true;
}

/* Whether the text is that word, in any case. */
static inline bool weir_text_is(struct weir_bytes text, const char *word)
{
    return text.len == strlen(word) && strncasecmp((const char *)text.data, word, text.len) == 0;
}

/* Empty, for one kernel's text: its memory is used again for each row. A kernel that has asked for
 * it applies no lambda before it has returned the text. */
struct weir_buffer *weir_evaluation_text(struct weir_evaluation *evaluation);
/* NULL becomes a failure. */
bool weir_return_decimal(struct weir_evaluation *evaluation, struct weir_value *result,
                         const struct weir_decimal *decimal);
/* The buffer's content, in the arena. */
bool weir_return_buffer(struct weir_evaluation *evaluation, struct weir_value *result,
                        const struct weir_buffer *buffer);

/* Text that a function makes is at most this long. */
enum { WEIR_TEXT_BYTES_MAX = 64 << 20 };

#endif
