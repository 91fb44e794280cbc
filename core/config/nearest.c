/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/nearest.h"

#include <ctype.h>
#include <string.h>

enum { NAME_BYTES_MAX = 128 };

struct weir_nearest weir_nearest_to(const char *name)
{
    return (struct weir_nearest){.name = name, .distance = 1 + (strlen(name) + 2) / 3};
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Levenshtein's distance, one row of the matrix at a time. */
static size_t distance_between(const char *a, const char *b)
{
    size_t columns = strlen(b);
    size_t row[NAME_BYTES_MAX + 1];
    for (size_t column = 0; column <= columns; column++) {
        row[column] = column;
    }
    for (size_t line = 1; a[line - 1]; line++) {
        size_t diagonal = row[0];
        row[0] = line;
        for (size_t column = 1; column <= columns; column++) {
            size_t above = row[column];
            int differs =
                tolower((unsigned char)a[line - 1]) != tolower((unsigned char)b[column - 1]);
            row[column] = least(above + 1, row[column - 1] + 1, diagonal + (size_t)differs);
            diagonal = above;
        }
    }
    return row[columns];
}

void weir_nearest_try(struct weir_nearest *nearest, const char *candidate)
{
    if (strlen(candidate) > NAME_BYTES_MAX || strlen(nearest->name) > NAME_BYTES_MAX) {
        return;
    }
    size_t distance = distance_between(nearest->name, candidate);
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = candidate;
    }
}
