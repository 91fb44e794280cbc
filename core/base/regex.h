/* regex.h - regular expressions by libpcre2, in Java's dialect as far as the two agree.
 *
 * What differs: lookbehind must have a bounded form that PCRE2 knows, [a-z&&[^b]] has no meaning.
 * Matching is bounded in steps and memory, so that no pattern stops the process. Threads: a regex
 * has one owner. Allocates: when it is made; matching may. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_REGEX_H
#define WEIR_BASE_REGEX_H

#include "core/base/bytes.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct weir_regex;

/* Returns owned; NULL: err. */
struct weir_regex *weir_regex_create(struct weir_bytes pattern, struct weir_error *err);
/* The same, for texts that match as a whole (Java's Matcher.matches). */
struct weir_regex *weir_regex_create_whole(const char *pattern, struct weir_error *err);
void weir_regex_destroy(struct weir_regex *regex);
size_t weir_regex_group_count(const struct weir_regex *regex);
/* False: there is no group of that name. */
bool weir_regex_group_number(const struct weir_regex *regex, const char *name, size_t *number_out);

enum weir_regex_result { WEIR_REGEX_FOUND, WEIR_REGEX_NONE, WEIR_REGEX_FAILED };
/* The first match from byte `from` on. FAILED: it takes too long, or the text is no UTF-8. */
enum weir_regex_result weir_regex_find(struct weir_regex *regex, struct weir_bytes text,
                                       size_t from);
/* Of the last match: where group `number` (0: all of it) is. False: it took no part. */
bool weir_regex_group(const struct weir_regex *regex, size_t number, size_t *start_out,
                      size_t *end_out);

#endif
