/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/rewrite.h"

#include "core/base/alloc.h"

#include <string.h>

enum { RULES_MAX = 64, PARTS_MAX = 64, TEXT_BYTES_MAX = 64 * 1024 * 1024 };

struct replacement_part {
    struct weir_bytes text;          /* as it is; null: one of the next two */
    const struct template *template; /* NULL: the group */
    size_t group;
};

struct rule {
    struct weir_regex *regex;
    struct replacement_part *parts;
    size_t part_count;
};

struct rewrite {
    struct rule rules[RULES_MAX];
    size_t rule_count;
    struct weir_buffer buffers[2]; /* a rule reads one and writes the other */
};

/* A replacement while it is read. */
struct reading {
    struct rule *rule;
    struct weir_arena *arena;
    struct weir_error *err;
};

static bool fail(struct weir_error *err, const char *problem, const char *text)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s%s", problem, text);
}

static bool add_part(struct reading *reading, struct replacement_part part)
{
    if (reading->rule->part_count == PARTS_MAX) {
        return fail(reading->err, "a replacement has too many parts", "");
    }
    reading->rule->parts[reading->rule->part_count++] = part;
    return true;
}

static bool add_text(struct reading *reading, const char *text, size_t len)
{
    return len == 0 ||
           add_part(reading, (struct replacement_part){.text = {(const uint8_t *)text, len}});
}

/* ${...}: at points to the dollar; moves behind the brace. */
static bool add_braced(struct reading *reading, const char **at)
{
    const char *close = strchr(*at, '}');
    if (!close) {
        return fail(reading->err, "no closing brace in replacement ", *at);
    }
    struct replacement_part part = {0};
    const char *name = weir_arena_strndup(reading->arena, *at + 2, (size_t)(close - *at) - 2);
    if (!weir_regex_group_number(reading->rule->regex, name, &part.group)) {
        const char *text = weir_arena_strndup(reading->arena, *at, (size_t)(close - *at) + 1);
        part.template = weir_template_read(text, reading->arena, reading->err);
        if (!part.template) {
            return false;
        }
    }
    *at = close + 1;
    return add_part(reading, part);
}

/* $1: as many digits as there are groups for, as in Java. */
static bool add_numbered(struct reading *reading, const char **at)
{
    size_t count = weir_regex_group_count(reading->rule->regex);
    size_t number = 0;
    const char *digit = *at + 1;
    if (*digit < '0' || *digit > '9') {
        return fail(reading->err, "a dollar that is no group (write \\$) in replacement ", *at);
    }
    do {
        number = number * 10 + (size_t)(*digit++ - '0');
    } while (*digit >= '0' && *digit <= '9' && number * 10 + (size_t)(*digit - '0') <= count);
    if (number > count) {
        return fail(reading->err, "the pattern has no such group: ", *at);
    }
    *at = digit;
    return add_part(reading, (struct replacement_part){.group = number});
}

static bool read_replacement(struct reading *reading, const char *text)
{
    reading->rule->parts =
        weir_arena_calloc(reading->arena, PARTS_MAX, sizeof(*reading->rule->parts));
    const char *at = weir_arena_strdup(reading->arena, text);
    while (*at) {
        size_t len = strcspn(at, "$\\");
        if (!add_text(reading, at, len)) {
            return false;
        }
        at += len;
        if (*at == '\\') {
            if (!at[1] || !add_text(reading, at + 1, 1)) {
                return at[1] || fail(reading->err, "a replacement ends in a backslash", "");
            }
            at += 2;
        } else if (*at == '$') {
            bool good = at[1] == '{' ? add_braced(reading, &at) : add_numbered(reading, &at);
            if (!good) {
                return false;
            }
        }
    }
    return true;
}

static bool add_rule(struct rewrite *rewrite, const char *pattern, const char *replacement,
                     struct weir_arena *arena, struct weir_error *err)
{
    if (rewrite->rule_count == RULES_MAX) {
        return fail(err, "too many patterns", "");
    }
    struct rule *rule = &rewrite->rules[rewrite->rule_count++];
    struct weir_error problem = {0};
    rule->regex = weir_regex_create(weir_bytes_of(pattern), &problem);
    if (!rule->regex) {
        return fail(err, problem.message, "");
    }
    struct reading reading = {rule, arena, err};
    return read_replacement(&reading, replacement);
}

/* The next text up to separator; *rest moves on, NULL at the end. */
static const char *take(const char **rest, const char *separator, struct weir_arena *arena)
{
    const char *text = *rest;
    const char *end = strstr(text, separator);
    *rest = end ? end + strlen(separator) : NULL;
    return weir_arena_strndup(arena, text, end ? (size_t)(end - text) : strlen(text));
}

struct rewrite *weir_rewrite_create(const char *patterns, const char *replacements,
                                    const char *separator, struct weir_arena *arena,
                                    struct weir_error *err)
{
    struct rewrite *rewrite = weir_alloc(sizeof(*rewrite));
    for (size_t i = 0; i < 2; i++) {
        weir_buffer_init(&rewrite->buffers[i], TEXT_BYTES_MAX);
    }
    bool good = true;
    while (good && patterns) {
        const char *pattern = take(&patterns, separator, arena);
        good = replacements || fail(err, "fewer replacements than patterns", "");
        good =
            good && add_rule(rewrite, pattern, take(&replacements, separator, arena), arena, err);
    }
    if (good && replacements) {
        good = fail(err, "more replacements than patterns", "");
    }
    if (!good) {
        weir_rewrite_destroy(rewrite);
        return NULL;
    }
    return rewrite;
}

void weir_rewrite_destroy(struct rewrite *rewrite)
{
    if (rewrite) {
        for (size_t i = 0; i < rewrite->rule_count; i++) {
            weir_regex_destroy(rewrite->rules[i].regex);
        }
        weir_buffer_fini(&rewrite->buffers[0]);
        weir_buffer_fini(&rewrite->buffers[1]);
        weir_free(rewrite);
    }
}

static bool append_replacement(const struct rule *rule, struct weir_bytes text,
                               const struct template_record *record, struct weir_arena *arena,
                               struct weir_buffer *out, struct weir_error *err)
{
    for (size_t i = 0; i < rule->part_count; i++) {
        const struct replacement_part *part = &rule->parts[i];
        size_t start, end;
        if (part->text.data) {
            weir_buffer_append_bytes(out, part->text);
        } else if (part->template) {
            if (!weir_template_fill(part->template, record, TEMPLATE_HEADER, arena, out, err)) {
                return false;
            }
        } else if (weir_regex_group(rule->regex, part->group, &start, &end)) {
            weir_buffer_append(out, text.data + start, end - start);
        }
    }
    return true;
}

/* Bytes of the character at `at`; text is UTF-8, or no match was found in it. */
static size_t character_bytes(struct weir_bytes text, size_t at)
{
    size_t len = 1;
    while (at + len < text.len && (text.data[at + len] & 0xc0) == 0x80) {
        len++;
    }
    return len;
}

static bool apply_rule(const struct rule *rule, struct weir_bytes text,
                       const struct template_record *record, struct weir_arena *arena,
                       struct weir_buffer *out, struct weir_error *err)
{
    size_t copied = 0, from = 0, start, end;
    while (from <= text.len) {
        enum weir_regex_result result = weir_regex_find(rule->regex, text, from);
        if (result == WEIR_REGEX_FAILED) {
            return weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                             "regex.patterns: the value is no UTF-8 text, or takes too long");
        }
        if (result == WEIR_REGEX_NONE || !weir_regex_group(rule->regex, 0, &start, &end)) {
            break;
        }
        weir_buffer_append(out, text.data + copied, start - copied);
        if (!append_replacement(rule, text, record, arena, out, err)) {
            return false;
        }
        copied = end;
        from = end > start ? end : end < text.len ? end + character_bytes(text, end) : end + 1;
    }
    weir_buffer_append(out, text.data + copied, text.len - copied);
    return !out->overflow || weir_fail(err, WEIR_ERROR_REJECT, WEIR_DOMAIN_WEIR, 0,
                                       "regex.replacements: the body is too large");
}

bool weir_rewrite_apply(struct rewrite *rewrite, struct weir_bytes text,
                        const struct template_record *record, struct weir_arena *arena,
                        struct weir_bytes *text_out, struct weir_error *err)
{
    for (size_t i = 0; i < rewrite->rule_count; i++) {
        struct weir_buffer *out = &rewrite->buffers[i % 2];
        weir_buffer_reset(out);
        if (!apply_rule(&rewrite->rules[i], text, record, arena, out, err)) {
            return false;
        }
        text = out->len > 0 ? weir_buffer_view(out) : WEIR_BYTES("");
    }
    *text_out = weir_arena_copy(arena, text);
    return true;
}
