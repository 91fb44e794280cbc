/* template.h - text with ${...} that each record fills in: URLs, headers, bodies.
 *
 *   ${topic} ${partition} ${offset} ${timestamp}   of the record
 *   ${key}                                         as text; of a windowed key the group key alone
 *   ${window.start} ${window.end}                  of a windowed key, in milliseconds
 *   ${header.NAME}                                 a Kafka header
 *   ${value}                                       the value as it is
 *   ${NAME} or ${NAME.NAME}                        a field of a JSON value
 *
 * `$${` stands for the text `${`. Threads: read-only once read, any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_TEMPLATE_H
#define WEIR_SINK_HTTP_TEMPLATE_H

#include "connectors/sink/http/windowed_key.h"
#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/record/record.h"

#include <stdbool.h>

struct template;

/* Where a text goes decides how what is filled in is written. */
enum template_place {
    TEMPLATE_URL,    /* percent-encoded, and everything must be there */
    TEMPLATE_HEADER, /* as it is; what is missing is empty */
    TEMPLATE_BODY,   /* as it is; what is missing is the JSON word null */
};

struct template_record {
    const struct weir_record *record;
    struct windowed_key key;
};

/* In the arena; NULL: err (domain CONFIG) says what is wrong with text. */
const struct template *weir_template_read(const char *text, struct weir_arena *arena,
                                          struct weir_error *err);
/* Whether it is the same text for each record. */
bool weir_template_is_constant(const struct template *template);
bool weir_template_uses_key(const struct template *template);

/* Appends to out. Fails with REJECT when a URL needs what the record does not have. */
bool weir_template_fill(const struct template *template, const struct template_record *record,
                        enum template_place place, struct weir_arena *arena,
                        struct weir_buffer *out, struct weir_error *err);

/* RFC 3986: everything but letters, digits and -._~ becomes %XX. */
void weir_percent_encode(struct weir_bytes text, struct weir_buffer *out);

#endif
