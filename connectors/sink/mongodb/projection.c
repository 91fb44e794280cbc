/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/mongodb/projection.h"

#include "core/mongo/bson_builder.h"

#include <string.h>

enum { PATH_BYTES_MAX = 4096 };

/* The dotted path of the element that is looked at. */
struct walk {
    const struct projection *projection;
    struct weir_buffer *out;
    char path[PATH_BYTES_MAX];
    size_t path_len;
};

enum match {
    MATCH_NO,
    MATCH_LEADS_HERE, /* the path is the beginning of what the pattern names */
    MATCH_NAMED,
    MATCH_NAMED_BY_STAR, /* the last step is `*` or `name*` */
    MATCH_WHOLE,         /* by `**`: everything below, too */
};

static bool step_matches(const char *pattern, size_t pattern_len, const char *name, size_t name_len)
{
    if (pattern_len > 0 && pattern[pattern_len - 1] == '*') {
        return name_len >= pattern_len - 1 && memcmp(pattern, name, pattern_len - 1) == 0;
    }
    return pattern_len == name_len && memcmp(pattern, name, name_len) == 0;
}

static enum match match_pattern(const char *pattern, const char *path)
{
    for (;;) {
        size_t pattern_len = strcspn(pattern, "."), name_len = strcspn(path, ".");
        if (pattern_len == 2 && memcmp(pattern, "**", 2) == 0) {
            return MATCH_WHOLE;
        }
        if (!step_matches(pattern, pattern_len, path, name_len)) {
            return MATCH_NO;
        }
        bool pattern_ends = !pattern[pattern_len], path_ends = !path[name_len];
        if (pattern_ends && path_ends) {
            return pattern[pattern_len - 1] == '*' ? MATCH_NAMED_BY_STAR : MATCH_NAMED;
        }
        if (pattern_ends || path_ends) {
            return path_ends ? MATCH_LEADS_HERE : MATCH_NO;
        }
        pattern += pattern_len + 1;
        path += name_len + 1;
    }
}

static enum match best_match(const struct walk *walk)
{
    enum match best = MATCH_NO;
    for (const char *const *pattern = walk->projection->patterns; *pattern; pattern++) {
        enum match match = **pattern ? match_pattern(*pattern, walk->path) : MATCH_NO;
        best = match > best ? match : best;
    }
    return best;
}

static void project_document(struct walk *walk, struct weir_bytes document);

static void project_nested(struct walk *walk, struct weir_bson_element element)
{
    size_t start = weir_bson_add_begin(walk->out, element.type, element.name);
    project_document(walk, element.value);
    weir_bson_end(walk->out, start);
}

/* Documents inside an array stand under the array's own path. */
static void project_array(struct walk *walk, struct weir_bson_element array)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element item;
    size_t start = weir_bson_add_begin(walk->out, WEIR_BSON_ARRAY, array.name);
    weir_bson_iterator_init(&iterator, array.value);
    while (weir_bson_next(&iterator, &item)) {
        if (item.type == WEIR_BSON_DOCUMENT) {
            project_nested(walk, item);
        } else if (item.type == WEIR_BSON_ARRAY) {
            project_array(walk, item);
        } else {
            weir_bson_add_element(walk->out, item);
        }
    }
    weir_bson_end(walk->out, start);
}

static void descend(struct walk *walk, struct weir_bson_element element)
{
    if (element.type == WEIR_BSON_DOCUMENT) {
        project_nested(walk, element);
    } else if (element.type == WEIR_BSON_ARRAY) {
        project_array(walk, element);
    } else {
        weir_bson_add_element(walk->out, element);
    }
}

static void allow(struct walk *walk, struct weir_bson_element element, enum match match)
{
    bool nested = element.type == WEIR_BSON_DOCUMENT || element.type == WEIR_BSON_ARRAY;
    if (match == MATCH_WHOLE) {
        weir_bson_add_element(walk->out, element);
    } else if (match >= MATCH_NAMED || (match == MATCH_LEADS_HERE && nested)) {
        descend(walk, element);
    }
}

static void block(struct walk *walk, struct weir_bson_element element, enum match match)
{
    bool spared = match == MATCH_NAMED_BY_STAR && element.type == WEIR_BSON_DOCUMENT;
    if (match < MATCH_NAMED || spared) {
        descend(walk, element);
    }
}

static void project_element(struct walk *walk, struct weir_bson_element element)
{
    size_t before = walk->path_len;
    size_t added = element.name.len + (before > 0);
    if (before + added >= PATH_BYTES_MAX) {
        weir_bson_add_element(walk->out, element); /* no pattern is that long */
        return;
    }
    if (before > 0) {
        walk->path[before] = '.';
    }
    if (element.name.len > 0) {
        memcpy(walk->path + before + (before > 0), element.name.data, element.name.len);
    }
    walk->path_len = before + added;
    walk->path[walk->path_len] = '\0';
    if (walk->projection->kind == PROJECTION_ALLOW) {
        allow(walk, element, best_match(walk));
    } else {
        block(walk, element, best_match(walk));
    }
    walk->path_len = before;
}

static void project_document(struct walk *walk, struct weir_bytes document)
{
    struct weir_bson_iterator iterator;
    struct weir_bson_element element;
    weir_bson_iterator_init(&iterator, document);
    while (weir_bson_next(&iterator, &element)) {
        project_element(walk, element);
    }
}

void weir_projection_apply(const struct projection *projection, struct weir_bytes document,
                           struct weir_buffer *out)
{
    struct walk walk = {.projection = projection, .out = out};
    size_t start = weir_bson_begin(out);
    if (projection->kind == PROJECTION_NONE) {
        weir_bson_add_all(out, document, WEIR_BYTES_NULL);
    } else {
        project_document(&walk, document);
    }
    weir_bson_end(out, start);
}

const char *const *weir_projection_patterns(const char *list, struct weir_arena *arena)
{
    size_t count_max = strlen(list) / 2 + 2, count = 0;
    const char **patterns = weir_arena_calloc(arena, count_max, sizeof(*patterns));
    while (*list) {
        list += strspn(list, ", \t\n");
        size_t length = strcspn(list, ",");
        size_t kept = length;
        while (kept > 0 && strchr(" \t\n", list[kept - 1])) {
            kept--;
        }
        if (kept > 0) {
            patterns[count++] = weir_arena_strndup(arena, list, kept);
        }
        list += length;
    }
    return patterns;
}
