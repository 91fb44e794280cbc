/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/signatures.h"

#include "core/base/hash_table.h"

#include <pthread.h>
#include <string.h>

static struct {
    pthread_mutex_t mutex; /* guards the other two; entries are immutable */
    struct weir_arena *arena;
    struct weir_hash_table *by_text;
} parsed = {.mutex = PTHREAD_MUTEX_INITIALIZER};

const struct weir_parsed_signature *weir_signature_parsed(const struct weir_signature *signature)
{
    struct weir_bytes text = weir_bytes_of(signature->text);
    pthread_mutex_lock(&parsed.mutex);
    if (!parsed.arena) {
        parsed.arena = weir_arena_create(65536);
        parsed.by_text = weir_hash_table_create();
    }
    const struct weir_parsed_signature *found = weir_hash_table_get(parsed.by_text, text);
    if (!found) {
        struct weir_parsed_signature *made = weir_arena_alloc(parsed.arena, sizeof *made);
        *made = *weir_signature_parse(parsed.arena, signature->text);
        weir_hash_table_put(parsed.by_text, text, made);
        found = made;
    }
    pthread_mutex_unlock(&parsed.mutex);
    return found;
}

static bool is_variadic(const struct weir_parsed_signature *signature)
{
    return signature->variadic < signature->parameter_count;
}

const struct weir_pattern *weir_signature_pattern(const struct weir_parsed_signature *signature,
                                                  size_t index, size_t argument_count)
{
    if (!is_variadic(signature) || index < signature->variadic) {
        return signature->parameters[index].pattern;
    }
    size_t repeats = argument_count + 1 - signature->parameter_count;
    size_t parameter =
        index < signature->variadic + repeats ? signature->variadic : index + 1 - repeats;
    return signature->parameters[parameter].pattern;
}

static bool accepts(const struct weir_parsed_signature *signature,
                    const struct weir_argument *arguments, size_t count, bool casts)
{
    size_t least = signature->parameter_count - is_variadic(signature);
    if (count < least || (count > least && !is_variadic(signature))) {
        return false;
    }
    struct weir_bindings bindings = {0};
    for (size_t i = 0; i < count; i++) {
        const struct weir_pattern *pattern = weir_signature_pattern(signature, i, count);
        if (!arguments[i].type) {
            if (pattern->kind != WEIR_PATTERN_LAMBDA ||
                pattern->part_count != arguments[i].lambda_inputs + 1) {
                return false;
            }
        } else if (arguments[i].type->kind != WEIR_TYPE_NULL &&
                   !weir_pattern_match(pattern, arguments[i].type, casts, &bindings)) {
            return false;
        }
    }
    return true;
}

static size_t generic_count(const struct weir_parsed_signature *signature)
{
    size_t count = 0;
    for (size_t i = 0; i < signature->parameter_count; i++) {
        count += signature->parameters[i].pattern->has_variables ||
                 signature->parameters[i].pattern->kind == WEIR_PATTERN_ANY;
    }
    return count;
}

/* Above 0: a is the better match. */
static int compare(const struct weir_parsed_signature *a, const struct weir_parsed_signature *b)
{
    if (is_variadic(a) != is_variadic(b)) {
        return is_variadic(b) ? 1 : -1;
    }
    if (a->parameter_count != b->parameter_count) {
        return a->parameter_count > b->parameter_count ? 1 : -1;
    }
    size_t generics_a = generic_count(a), generics_b = generic_count(b);
    if (generics_a != generics_b) {
        return generics_a < generics_b ? 1 : -1;
    }
    return (a->variadic > b->variadic) - (a->variadic < b->variadic);
}

static const struct weir_signature *best_match(const struct weir_function *function,
                                               const struct weir_argument *arguments, size_t count,
                                               bool casts, bool *ambiguous_out)
{
    const struct weir_signature *best = NULL;
    *ambiguous_out = false;
    for (size_t i = 0; i < function->signature_count; i++) {
        const struct weir_signature *candidate = &function->signatures[i];
        if (!accepts(weir_signature_parsed(candidate), arguments, count, casts)) {
            continue;
        }
        int order =
            best ? compare(weir_signature_parsed(candidate), weir_signature_parsed(best)) : 1;
        if (order >= 0) {
            best = candidate;
            *ambiguous_out = order == 0;
        }
    }
    return best;
}

void weir_signature_print(const char *name, const struct weir_parsed_signature *signature,
                          struct weir_buffer *buffer)
{
    weir_buffer_append_format(buffer, "%s(", name);
    for (size_t i = 0; i < signature->parameter_count; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", " : "");
        weir_pattern_print(signature->parameters[i].pattern, buffer);
        weir_buffer_append_text(buffer, i == signature->variadic ? "..." : "");
        if (signature->parameters[i].name[0] != '\0') {
            weir_buffer_append_format(buffer, " %s", signature->parameters[i].name);
        }
    }
    weir_buffer_append_byte(buffer, ')');
}

static void print_arguments(const struct weir_argument *arguments, size_t count,
                            struct weir_buffer *buffer)
{
    weir_buffer_append_byte(buffer, '(');
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", " : "");
        if (!arguments[i].type) {
            weir_buffer_append_text(buffer, "LAMBDA");
        } else if (arguments[i].type->kind == WEIR_TYPE_NULL) {
            weir_buffer_append_text(buffer, "null");
        } else {
            weir_type_print(arguments[i].type, buffer);
        }
    }
    weir_buffer_append_byte(buffer, ')');
}

static void fail(const struct weir_function *function, const struct weir_argument *arguments,
                 size_t count, bool ambiguous, struct weir_place place, struct weir_error *err)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, 900);
    weir_buffer_append_format(&text, "Function '%s' %s ", function->name,
                              ambiguous ? "cannot be resolved due to ambiguous method parameters"
                                        : "does not accept parameters");
    print_arguments(arguments, count, &text);
    weir_buffer_append_text(
        &text, ambiguous ? ".\nUse CAST() to explicitly cast your parameters to one of the "
                           "supported function calls.\nValid function calls are:"
                         : ".\nValid alternatives are:");
    for (size_t i = 0; i < function->signature_count; i++) {
        weir_buffer_append_byte(&text, '\n');
        weir_signature_print(function->name, weir_signature_parsed(&function->signatures[i]),
                             &text);
    }
    weir_fail_at(err, WEIR_DOMAIN_SQL, place.line, place.column, "%s", weir_buffer_text(&text));
}

const struct weir_signature *weir_signature_resolve(const struct weir_function *function,
                                                    const struct weir_argument *arguments,
                                                    size_t count, struct weir_place place,
                                                    struct weir_error *err)
{
    bool ambiguous;
    const struct weir_signature *found = best_match(function, arguments, count, false, &ambiguous);
    if (!found) {
        found = best_match(function, arguments, count, true, &ambiguous);
    }
    if (!found || ambiguous) {
        fail(function, arguments, count, ambiguous, place, err);
        return NULL;
    }
    return found;
}
