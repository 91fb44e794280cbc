/* keywords.c - a binary search over the alphabetical list. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/keywords.h"

#include <string.h>
#include <strings.h>

struct keyword {
    const char *name;
    bool reserved;
};

static const struct keyword keywords[WEIR_KEYWORD_COUNT] = {{"", false},
#define RESERVED(name) {#name, true},
#define USABLE(name) {#name, false},
                                                            WEIR_KEYWORDS(RESERVED, USABLE)
#undef RESERVED
#undef USABLE
};

static int compare(const char *word, size_t length, const char *keyword)
{
    int order = strncasecmp(word, keyword, length);
    return order != 0 ? order : -(int)(keyword[length] != 0);
}

enum weir_keyword weir_keyword_find(const char *word, size_t length)
{
    size_t low = 1, high = WEIR_KEYWORD_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(word, length, keywords[middle].name);
        if (order == 0) {
            return (enum weir_keyword)middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return WEIR_KEYWORD_NONE;
}

const char *weir_keyword_name(enum weir_keyword keyword)
{
    return keywords[keyword].name;
}

bool weir_keyword_is_reserved(enum weir_keyword keyword)
{
    return keywords[keyword].reserved;
}
