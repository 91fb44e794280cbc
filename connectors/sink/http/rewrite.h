/* rewrite.h - regex.patterns and regex.replacements: the text of a record, changed before it is
 * sent.
 *
 * Patterns apply one after the other, each to all its matches. In a replacement `$1` and
 * `${name}` are groups of the pattern, as in Java; other `${...}` are what a template knows
 * (`${key}`, `${topic}`); a backslash takes the meaning from the next character.
 * Threads: one owner (a regular expression has state). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_REWRITE_H
#define WEIR_SINK_HTTP_REWRITE_H

#include "connectors/sink/http/template.h"
#include "core/base/regex.h"

#include <stdbool.h>

struct rewrite;

/* Texts as configured: several, separated by separator. NULL: err (domain CONFIG). Returns owned;
 * borrows arena for its life. */
struct rewrite *weir_rewrite_create(const char *patterns, const char *replacements,
                                    const char *separator, struct weir_arena *arena,
                                    struct weir_error *err);
void weir_rewrite_destroy(struct rewrite *rewrite);

/* The new text, in the arena. Fails with REJECT: the text is no UTF-8, or matching takes too
 * long. */
bool weir_rewrite_apply(struct rewrite *rewrite, struct weir_bytes text,
                        const struct template_record *record, struct weir_arena *arena,
                        struct weir_bytes *text_out, struct weir_error *err);

#endif
