/* rest_json.h - JSON text for the admin port's answers.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_REST_JSON_H
#define WEIR_RUNTIME_REST_JSON_H

#include "core/base/buffer.h"

#include <stdbool.h>

/* "text" in quotes, escaped; null when text is NULL. */
void weir_rest_string(struct weir_buffer *out, const char *text);
/* "name":"text", with a comma in front unless first. */
void weir_rest_field(struct weir_buffer *out, bool first, const char *name, const char *text);
/* The array ends with NULL; NULL = []. */
void weir_rest_strings(struct weir_buffer *out, const char *const *texts);

#endif
