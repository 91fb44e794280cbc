/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/type_pattern.h"

#include "core/base/error.h"

#include <string.h>

struct reader {
    struct weir_arena *arena;
    const char *at;
};

static void skip_space(struct reader *reader)
{
    while (*reader->at == ' ') {
        reader->at++;
    }
}

static bool take(struct reader *reader, const char *token)
{
    skip_space(reader);
    size_t length = strlen(token);
    if (strncmp(reader->at, token, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static const char *take_word(struct reader *reader)
{
    skip_space(reader);
    size_t length =
        strspn(reader->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    weir_assert(length > 0);
    const char *word = weir_arena_strndup(reader->arena, reader->at, length);
    reader->at += length;
    return word;
}

static const struct {
    const char *name;
    enum weir_type_kind kind;
} type_names[] = {
    {"BOOLEAN", WEIR_TYPE_BOOLEAN},    {"INTEGER", WEIR_TYPE_INTEGER},
    {"BIGINT", WEIR_TYPE_BIGINT},      {"DECIMAL", WEIR_TYPE_DECIMAL},
    {"DOUBLE", WEIR_TYPE_DOUBLE},      {"STRING", WEIR_TYPE_STRING},
    {"BYTES", WEIR_TYPE_BYTES},        {"DATE", WEIR_TYPE_DATE},
    {"TIME", WEIR_TYPE_TIME},          {"TIMESTAMP", WEIR_TYPE_TIMESTAMP},
    {"UNIT", WEIR_TYPE_INTERVAL_UNIT},
};

static const struct weir_pattern *take_pattern(struct reader *reader);

static void take_parts(struct reader *reader, struct weir_pattern *pattern, bool named)
{
    enum { PARTS_MAX = 12 };
    pattern->parts = weir_arena_calloc(reader->arena, PARTS_MAX, sizeof *pattern->parts);
    pattern->names = weir_arena_calloc(reader->arena, PARTS_MAX, sizeof *pattern->names);
    weir_assert(take(reader, "<"));
    do {
        weir_assert(pattern->part_count < PARTS_MAX);
        if (named) {
            pattern->names[pattern->part_count] = take_word(reader);
        }
        const struct weir_pattern *part = take_pattern(reader);
        pattern->has_variables = pattern->has_variables || part->has_variables;
        pattern->parts[pattern->part_count++] = part;
    } while (take(reader, ","));
    weir_assert(take(reader, ">"));
}

static bool set_plain(struct weir_pattern *pattern, const char *word)
{
    if (word[1] == '\0') {
        pattern->kind = WEIR_PATTERN_VARIABLE;
        pattern->variable = word[0];
        pattern->has_variables = true;
        return true;
    }
    if (strcmp(word, "ANY") == 0) {
        pattern->kind = WEIR_PATTERN_ANY;
        return true;
    }
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        if (strcmp(word, type_names[i].name) == 0) {
            pattern->kind = WEIR_PATTERN_TYPE;
            pattern->type = type_names[i].kind;
            return true;
        }
    }
    return false;
}

static const struct weir_pattern *take_pattern(struct reader *reader)
{
    struct weir_pattern *pattern = weir_arena_calloc(reader->arena, 1, sizeof *pattern);
    const char *word = take_word(reader);
    if (set_plain(pattern, word)) {
        return pattern;
    }
    pattern->kind = strcmp(word, "ARRAY") == 0    ? WEIR_PATTERN_ARRAY
                    : strcmp(word, "MAP") == 0    ? WEIR_PATTERN_MAP
                    : strcmp(word, "STRUCT") == 0 ? WEIR_PATTERN_STRUCT
                                                  : WEIR_PATTERN_LAMBDA;
    weir_assert(pattern->kind != WEIR_PATTERN_LAMBDA || strcmp(word, "LAMBDA") == 0);
    take_parts(reader, pattern, pattern->kind == WEIR_PATTERN_STRUCT);
    return pattern;
}

const struct weir_parsed_signature *weir_signature_parse(struct weir_arena *arena, const char *text)
{
    struct reader reader = {arena, text};
    struct weir_parsed_signature *signature = weir_arena_calloc(arena, 1, sizeof *signature);
    size_t variadic = SIZE_MAX;
    weir_assert(take(&reader, "("));
    while (!take(&reader, ")")) {
        weir_assert(signature->parameter_count < WEIR_PARAMETERS_MAX);
        struct weir_parameter *parameter = &signature->parameters[signature->parameter_count];
        parameter->pattern = take_pattern(&reader);
        if (take(&reader, "...")) {
            variadic = signature->parameter_count;
        }
        skip_space(&reader);
        parameter->name = *reader.at == ',' || *reader.at == ')' ? "" : take_word(&reader);
        signature->parameter_count++;
        take(&reader, ",");
    }
    signature->variadic =
        variadic < signature->parameter_count ? variadic : signature->parameter_count;
    signature->result = take_pattern(&reader);
    skip_space(&reader);
    weir_assert(*reader.at == '\0');
    return signature;
}

bool weir_type_kind_widens(enum weir_type_kind from, enum weir_type_kind to)
{
    if (from == to) {
        return true;
    }
    if (from >= WEIR_TYPE_INTEGER && from <= WEIR_TYPE_DOUBLE) {
        return to >= from && to <= WEIR_TYPE_DOUBLE;
    }
    bool to_time = to == WEIR_TYPE_DATE || to == WEIR_TYPE_TIME || to == WEIR_TYPE_TIMESTAMP;
    return from == WEIR_TYPE_STRING && to_time;
}

static bool bind(struct weir_bindings *bindings, char variable, const struct weir_type *type)
{
    const struct weir_type **slot = &bindings->types[variable - 'A'];
    if (!*slot) {
        *slot = type;
        return true;
    }
    return weir_type_equal(*slot, type);
}

static bool match_struct(const struct weir_pattern *pattern, const struct weir_type *type,
                         struct weir_bindings *bindings)
{
    if (type->kind != WEIR_TYPE_STRUCT || type->field_count != pattern->part_count) {
        return false;
    }
    for (size_t i = 0; i < pattern->part_count; i++) {
        if (strcmp(pattern->names[i], type->fields[i].name) != 0 ||
            !weir_pattern_match(pattern->parts[i], type->fields[i].type, false, bindings)) {
            return false;
        }
    }
    return true;
}

bool weir_pattern_match(const struct weir_pattern *pattern, const struct weir_type *type,
                        bool allow_casts, struct weir_bindings *bindings)
{
    /* With a variable anywhere inside, the rest must fit exactly too. */
    bool casts = allow_casts && !pattern->has_variables;
    switch (pattern->kind) {
    case WEIR_PATTERN_ANY:
        return true;
    case WEIR_PATTERN_VARIABLE:
        return bind(bindings, pattern->variable, type);
    case WEIR_PATTERN_TYPE:
        return type->kind == pattern->type ||
               (casts && weir_type_kind_widens(type->kind, pattern->type));
    case WEIR_PATTERN_ARRAY:
        return type->kind == WEIR_TYPE_ARRAY &&
               weir_pattern_match(pattern->parts[0], type->element, casts, bindings);
    case WEIR_PATTERN_MAP:
        return type->kind == WEIR_TYPE_MAP &&
               weir_pattern_match(pattern->parts[0], type->key, casts, bindings) &&
               weir_pattern_match(pattern->parts[1], type->element, casts, bindings);
    case WEIR_PATTERN_STRUCT:
        return match_struct(pattern, type, bindings);
    case WEIR_PATTERN_LAMBDA:
        return false;
    }
    return false;
}

static const struct weir_type *plain_type(enum weir_type_kind kind, struct weir_arena *arena)
{
    switch (kind) {
    case WEIR_TYPE_BOOLEAN:
        return &weir_type_boolean;
    case WEIR_TYPE_INTEGER:
        return &weir_type_integer;
    case WEIR_TYPE_BIGINT:
        return &weir_type_bigint;
    case WEIR_TYPE_DECIMAL:
        return weir_type_decimal(
            arena, 38, 10); /* an unknown decimal; entries that give one have result_type */
    case WEIR_TYPE_DOUBLE:
        return &weir_type_double;
    case WEIR_TYPE_STRING:
        return &weir_type_string;
    case WEIR_TYPE_BYTES:
        return &weir_type_bytes;
    case WEIR_TYPE_DATE:
        return &weir_type_date;
    case WEIR_TYPE_TIME:
        return &weir_type_time;
    case WEIR_TYPE_TIMESTAMP:
        return &weir_type_timestamp;
    case WEIR_TYPE_INTERVAL_UNIT:
        return &weir_type_interval_unit;
    default:
        return &weir_type_null;
    }
}

static const struct weir_type *struct_type(const struct weir_pattern *pattern,
                                           const struct weir_bindings *bindings,
                                           struct weir_arena *arena, char *missing_out)
{
    struct weir_type_field *fields =
        weir_arena_calloc(arena, pattern->part_count + 1, sizeof *fields);
    for (size_t i = 0; i < pattern->part_count; i++) {
        fields[i].name = pattern->names[i];
        fields[i].type = weir_pattern_type(pattern->parts[i], bindings, arena, missing_out);
        if (!fields[i].type) {
            return NULL;
        }
    }
    return weir_type_struct(arena, fields, pattern->part_count);
}

const struct weir_type *weir_pattern_type(const struct weir_pattern *pattern,
                                          const struct weir_bindings *bindings,
                                          struct weir_arena *arena, char *missing_out)
{
    if (pattern->kind == WEIR_PATTERN_TYPE) {
        return plain_type(pattern->type, arena);
    }
    if (pattern->kind == WEIR_PATTERN_VARIABLE) {
        const struct weir_type *type = bindings->types[pattern->variable - 'A'];
        if (!type) {
            *missing_out = pattern->variable;
        }
        return type;
    }
    if (pattern->kind == WEIR_PATTERN_STRUCT) {
        return struct_type(pattern, bindings, arena, missing_out);
    }
    if (pattern->kind != WEIR_PATTERN_ARRAY && pattern->kind != WEIR_PATTERN_MAP) {
        return &weir_type_null;
    }
    const struct weir_type *first =
        weir_pattern_type(pattern->parts[0], bindings, arena, missing_out);
    if (!first || pattern->kind == WEIR_PATTERN_ARRAY) {
        return first ? weir_type_array(arena, first) : NULL;
    }
    const struct weir_type *second =
        weir_pattern_type(pattern->parts[1], bindings, arena, missing_out);
    return second ? weir_type_map(arena, first, second) : NULL;
}

const struct weir_type *weir_pattern_cast(const struct weir_pattern *pattern,
                                          const struct weir_type *type, struct weir_arena *arena)
{
    if (type->kind == WEIR_TYPE_NULL || pattern->has_variables) {
        return NULL;
    }
    const struct weir_type *key, *element;
    switch (pattern->kind) {
    case WEIR_PATTERN_TYPE:
        if (type->kind == pattern->type) {
            return NULL;
        }
        if (pattern->type == WEIR_TYPE_DECIMAL) {
            return weir_type_decimal(arena, type->kind == WEIR_TYPE_INTEGER ? 10 : 19, 0);
        }
        return plain_type(pattern->type, arena);
    case WEIR_PATTERN_ARRAY:
        element = weir_pattern_cast(pattern->parts[0], type->element, arena);
        return element ? weir_type_array(arena, element) : NULL;
    case WEIR_PATTERN_MAP:
        key = weir_pattern_cast(pattern->parts[0], type->key, arena);
        element = weir_pattern_cast(pattern->parts[1], type->element, arena);
        return key || element
                   ? weir_type_map(arena, key ? key : type->key, element ? element : type->element)
                   : NULL;
    default:
        return NULL;
    }
}

static void print_parts(const struct weir_pattern *pattern, size_t count,
                        struct weir_buffer *buffer)
{
    for (size_t i = 0; i < count; i++) {
        weir_buffer_append_text(buffer, i > 0 ? ", " : "");
        if (pattern->kind == WEIR_PATTERN_STRUCT) {
            weir_buffer_append_format(buffer, "%s ", pattern->names[i]);
        }
        weir_pattern_print(pattern->parts[i], buffer);
    }
}

void weir_pattern_print(const struct weir_pattern *pattern, struct weir_buffer *buffer)
{
    switch (pattern->kind) {
    case WEIR_PATTERN_TYPE:
        for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
            if (type_names[i].kind == pattern->type) {
                weir_buffer_append_text(buffer, type_names[i].name);
            }
        }
        return;
    case WEIR_PATTERN_ANY:
        weir_buffer_append_text(buffer, "ANY");
        return;
    case WEIR_PATTERN_VARIABLE:
        weir_buffer_append_byte(buffer, (uint8_t)pattern->variable);
        return;
    case WEIR_PATTERN_LAMBDA:
        weir_buffer_append_text(buffer, "LAMBDA (");
        print_parts(pattern, pattern->part_count - 1, buffer);
        weir_buffer_append_text(buffer, ") => ");
        weir_pattern_print(pattern->parts[pattern->part_count - 1], buffer);
        return;
    case WEIR_PATTERN_ARRAY:
    case WEIR_PATTERN_MAP:
    case WEIR_PATTERN_STRUCT:
        weir_buffer_append_text(buffer, pattern->kind == WEIR_PATTERN_ARRAY ? "ARRAY<"
                                        : pattern->kind == WEIR_PATTERN_MAP ? "MAP<"
                                                                            : "STRUCT<");
        print_parts(pattern, pattern->part_count, buffer);
        weir_buffer_append_byte(buffer, '>');
        return;
    }
}
