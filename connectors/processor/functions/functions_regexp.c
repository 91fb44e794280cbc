/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions: extract, replace, split. */
#include "connectors/processor/functions/families.h"
#include "core/base/regex.h"
#include "connectors/processor/values/utf8.h"
#include "core/base/alloc.h"

/* The pattern of the last evaluation; most often a literal. */
struct cache {
    struct weir_buffer pattern;
    struct weir_regex *regex; /* NULL: none, or the pattern is wrong */
    bool filled;
};

static void fini_cache(void *bytes)
{
    struct cache *cache = bytes;
    weir_regex_destroy(cache->regex);
    if (cache->filled) {
        weir_buffer_fini(&cache->pattern);
    }
}

/* NULL: fails. */
static struct weir_regex *find_regex(struct weir_evaluation *evaluation,
                                     const struct weir_call *call, struct weir_bytes pattern)
{
    struct cache *cache = call->cache;
    if (!cache->filled || !weir_bytes_equal(weir_buffer_view(&cache->pattern), pattern)) {
        struct weir_error err = {0};
        if (!cache->filled) {
            weir_buffer_init(&cache->pattern, WEIR_TEXT_BYTES_MAX);
        }
        weir_buffer_reset(&cache->pattern);
        weir_buffer_append_bytes(&cache->pattern, pattern);
        weir_regex_destroy(cache->regex);
        cache->regex = weir_regex_create(pattern, &err);
        cache->filled = true;
    }
    if (!cache->regex) {
        weir_evaluation_fail(evaluation, "Invalid regular expression pattern");
    }
    return cache->regex;
}

/* One search after the other through a text, as Java's Matcher.find. */
struct search {
    struct weir_regex *regex;
    struct weir_bytes text;
    size_t from, start, end;
};

/* WEIR_REGEX_FAILED: the evaluation has its message. */
static enum weir_regex_result find_next(struct weir_evaluation *evaluation, struct search *search)
{
    if (search->from > search->text.len) {
        return WEIR_REGEX_NONE;
    }
    enum weir_regex_result found = weir_regex_find(search->regex, search->text, search->from);
    if (found == WEIR_REGEX_FAILED ||
        (found == WEIR_REGEX_FOUND &&
         !weir_regex_group(search->regex, 0, &search->start, &search->end))) {
        weir_evaluation_fail(evaluation, "the regular expression takes too long");
        return WEIR_REGEX_FAILED;
    }
    if (found == WEIR_REGEX_FOUND) {
        search->from = search->end;
        if (search->start == search->end) { /* empty: go on after the next character */
            size_t bytes = 1;
            if (search->end < search->text.len) {
                weir_utf8_get(search->text.data + search->end, search->text.len - search->end,
                              &bytes);
            }
            search->from = search->end + bytes;
        }
    }
    return found;
}

static bool return_group(const struct search *search, size_t group, struct weir_value *result)
{
    size_t start, end;
    if (!weir_regex_group(search->regex, group, &start, &end)) {
        return weir_return_null(result);
    }
    return weir_return_text(result, (struct weir_bytes){search->text.data + start, end - start});
}

/* A list of texts that grows. */
struct list {
    struct weir_arena *arena;
    struct weir_value *items;
    size_t count, capacity;
};

static struct weir_value *list_add(struct list *list)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        list->items =
            weir_arena_grow(list->arena, list->items, list->capacity * sizeof *list->items,
                            capacity * sizeof *list->items);
        list->capacity = capacity;
    }
    return &list->items[list->count++];
}

static void list_add_part(struct list *list, struct weir_bytes text, size_t start, size_t end)
{
    weir_return_text(list_add(list), (struct weir_bytes){text.data + start, end - start});
}

/* ---- extract ---- */

/* The group that argument 2 names; false: the pattern has none such, or it fails. */
static bool find_group(struct weir_evaluation *evaluation, const struct weir_call *call,
                       const struct weir_value *arguments, const struct weir_regex *regex,
                       size_t *group_out, bool *there_out)
{
    int32_t group = call->argument_count == 3 ? arguments[2].integer : 0;
    *group_out = (size_t)group;
    *there_out = group >= 0 && *group_out <= weir_regex_group_count(regex);
    return group >= 0 || weir_evaluation_fail(evaluation, "there is no negative group");
}

WEIR_KERNEL(eval_extract)
{
    struct search search = {.regex = find_regex(evaluation, call, weir_text_of(&arguments[0])),
                            .text = weir_text_of(&arguments[1])};
    size_t group;
    bool there;
    if (!search.regex || !find_group(evaluation, call, arguments, search.regex, &group, &there)) {
        return false;
    }
    enum weir_regex_result found = there ? find_next(evaluation, &search) : WEIR_REGEX_NONE;
    if (found == WEIR_REGEX_FOUND) {
        return return_group(&search, group, result);
    }
    return found == WEIR_REGEX_NONE && weir_return_null(result);
}

WEIR_KERNEL(eval_extract_all)
{
    struct search search = {.regex = find_regex(evaluation, call, weir_text_of(&arguments[0])),
                            .text = weir_text_of(&arguments[1])};
    struct list list = {.arena = evaluation->arena};
    size_t group;
    bool there;
    if (!search.regex || !find_group(evaluation, call, arguments, search.regex, &group, &there)) {
        return false;
    }
    if (!there) {
        return weir_return_null(result);
    }
    enum weir_regex_result found;
    while ((found = find_next(evaluation, &search)) == WEIR_REGEX_FOUND) {
        return_group(&search, group, list_add(&list));
    }
    return found == WEIR_REGEX_NONE && weir_return_array(result, list.items, list.count);
}

/* ---- replace ---- */

/* $12: as many digits as there are groups for. False: there is no such group. */
static bool append_numbered(const struct search *search, struct weir_bytes by, size_t *at,
                            struct weir_buffer *out)
{
    size_t number = (size_t)(by.data[(*at)++] - '0'), start, end;
    size_t count = weir_regex_group_count(search->regex);
    while (*at < by.len && by.data[*at] >= '0' && by.data[*at] <= '9') {
        size_t longer = 10 * number + (size_t)(by.data[*at] - '0');
        if (longer > count) {
            break;
        }
        number = longer;
        (*at)++;
    }
    if (number > count) {
        return false;
    }
    if (weir_regex_group(search->regex, number, &start, &end)) {
        weir_buffer_append(out, search->text.data + start, end - start);
    }
    return true;
}

/* ${name} */
static bool append_named(const struct search *search, struct weir_bytes by, size_t *at,
                         struct weir_buffer *out)
{
    char name[40];
    size_t length = 0, number, start, end;
    for ((*at)++; *at < by.len && by.data[*at] != '}' && length + 1 < sizeof name; (*at)++) {
        name[length++] = (char)by.data[*at];
    }
    name[length] = '\0';
    if (*at == by.len || by.data[(*at)++] != '}' ||
        !weir_regex_group_number(search->regex, name, &number)) {
        return false;
    }
    if (weir_regex_group(search->regex, number, &start, &end)) {
        weir_buffer_append(out, search->text.data + start, end - start);
    }
    return true;
}

/* Java's replacement text: $1, ${name}, \ before what stands for itself. */
static bool append_replacement(const struct search *search, struct weir_bytes by,
                               struct weir_buffer *out)
{
    for (size_t at = 0; at < by.len;) {
        uint8_t byte = by.data[at++];
        if (byte != '$' && byte != '\\') {
            weir_buffer_append_byte(out, byte);
            continue;
        }
        if (at == by.len) {
            return false;
        }
        if (byte == '\\') {
            weir_buffer_append_byte(out, by.data[at++]);
        } else if (by.data[at] == '{') {
            if (!append_named(search, by, &at, out)) {
                return false;
            }
        } else if (by.data[at] < '0' || by.data[at] > '9' ||
                   !append_numbered(search, by, &at, out)) {
            return false;
        }
    }
    return true;
}

WEIR_KERNEL(eval_replace)
{
    struct search search = {.regex = find_regex(evaluation, call, weir_text_of(&arguments[1])),
                            .text = weir_text_of(&arguments[0])};
    if (!search.regex) {
        return false;
    }
    struct weir_buffer *out = weir_evaluation_text(evaluation);
    size_t done = 0;
    enum weir_regex_result found;
    while ((found = find_next(evaluation, &search)) == WEIR_REGEX_FOUND && !out->overflow) {
        weir_buffer_append(out, search.text.data + done, search.start - done);
        done = search.end;
        if (!append_replacement(&search, weir_text_of(&arguments[2]), out)) {
            return weir_evaluation_fail(evaluation, "Illegal group reference");
        }
    }
    if (found == WEIR_REGEX_FAILED) {
        return false;
    }
    weir_buffer_append(out, search.text.data + done, search.text.len - done);
    return weir_return_buffer(evaluation, result, out);
}

/* ---- split ---- */

/* Java's Pattern.split, of patterns that match nothing: no empty part in front of a match of
 * nothing, none at the end. */
static bool split_by_empty(struct weir_evaluation *evaluation, struct search *search,
                           struct weir_value *result)
{
    struct list list = {.arena = evaluation->arena};
    size_t done = 0;
    enum weir_regex_result found;
    while ((found = find_next(evaluation, search)) == WEIR_REGEX_FOUND) {
        if (search->end > 0) {
            list_add_part(&list, search->text, done, search->start);
            done = search->end;
        }
    }
    if (found == WEIR_REGEX_FAILED) {
        return false;
    }
    list_add_part(&list, search->text, done, search->text.len);
    while (done > 0 && list.count > 0 && list.items[list.count - 1].length == 0) {
        list.count--;
    }
    return weir_return_array(result, list.items, list.count);
}

/* Guava's Splitter: every part between two matches, empty ones too. */
static bool split_by_text(struct weir_evaluation *evaluation, struct search *search,
                          struct weir_value *result)
{
    struct list list = {.arena = evaluation->arena};
    size_t done = 0;
    enum weir_regex_result found;
    while ((found = find_next(evaluation, search)) == WEIR_REGEX_FOUND) {
        if (search->end > done || search->start > done) {
            list_add_part(&list, search->text, done, search->start);
            done = search->end;
        }
    }
    if (found == WEIR_REGEX_FAILED) {
        return false;
    }
    list_add_part(&list, search->text, done, search->text.len);
    return weir_return_array(result, list.items, list.count);
}

WEIR_KERNEL(eval_split)
{
    struct weir_regex *regex = find_regex(evaluation, call, weir_text_of(&arguments[1]));
    if (!regex) {
        return false;
    }
    struct search search = {.regex = regex, .text = weir_text_of(&arguments[0])};
    bool matches_nothing = weir_regex_find(regex, WEIR_BYTES(""), 0) == WEIR_REGEX_FOUND;
    return matches_nothing ? split_by_empty(evaluation, &search, result)
                           : split_by_text(evaluation, &search, result);
}

static const struct weir_signature extract_signatures[] = {
    {.text = "(STRING pattern, STRING text) STRING", .scalar = eval_extract},
    {.text = "(STRING pattern, STRING text, INTEGER group) STRING", .scalar = eval_extract},
};
static const struct weir_signature extract_all_signatures[] = {
    {.text = "(STRING pattern, STRING text) ARRAY<STRING>", .scalar = eval_extract_all},
    {.text = "(STRING pattern, STRING text, INTEGER group) ARRAY<STRING>",
     .scalar = eval_extract_all},
};
static const struct weir_signature replace_signatures[] = {
    {.text = "(STRING text, STRING pattern, STRING new) STRING", .scalar = eval_replace}};
static const struct weir_signature split_signatures[] = {
    {.text = "(STRING text, STRING pattern) ARRAY<STRING>", .scalar = eval_split}};

#define REGEXP(its_name, its_signatures, words) \
    { \
        .name = (its_name), .kind = WEIR_FUNCTION_SCALAR, .category = "REGULAR EXPRESSION", \
        .description = (words), WEIR_SIGNATURES(its_signatures), \
        .cache_bytes = sizeof(struct cache), .cache_fini = fini_cache \
    }
static const struct weir_function functions[] = {
    REGEXP("REGEXP_EXTRACT", extract_signatures,
           "The first match of the pattern, or of a group of it."),
    REGEXP("REGEXP_EXTRACT_ALL", extract_all_signatures,
           "All matches of the pattern, or of a group of it."),
    REGEXP("REGEXP_REPLACE", replace_signatures,
           "The text with all matches of the pattern replaced; $1 is what a group matched."),
    REGEXP("REGEXP_SPLIT_TO_ARRAY", split_signatures,
           "The parts of the text between the matches of the pattern."),
};

WEIR_FAMILY(weir_functions_regexp, functions);
