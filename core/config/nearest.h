/* nearest.h - the known name that a misspelt one was probably meant to be.
 *
 * Edit distance without case; a candidate farther than a third of the name's length is no
 * suggestion.
 * Threads: a value. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_CONFIG_NEAREST_H
#define WEIR_CONFIG_NEAREST_H

#include <stddef.h>

struct weir_nearest {
    const char *name;
    const char *best; /* NULL: nothing near enough; borrowed from the caller of try */
    size_t distance;
};

struct weir_nearest weir_nearest_to(const char *name);
void weir_nearest_try(struct weir_nearest *nearest, const char *candidate);

#endif
