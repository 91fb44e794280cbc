/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/rest_json.h"

#include "core/json/compact.h"

void weir_rest_string(struct weir_buffer *out, const char *text)
{
    if (!text) {
        weir_buffer_append_text(out, "null");
        return;
    }
    weir_json_append_string(out, weir_bytes_of(text));
}

void weir_rest_field(struct weir_buffer *out, bool first, const char *name, const char *text)
{
    weir_buffer_append_text(out, first ? "" : ",");
    weir_rest_string(out, name);
    weir_buffer_append_byte(out, ':');
    weir_rest_string(out, text);
}

void weir_rest_strings(struct weir_buffer *out, const char *const *texts)
{
    weir_buffer_append_byte(out, '[');
    for (size_t i = 0; texts && texts[i]; i++) {
        weir_buffer_append_text(out, i > 0 ? "," : "");
        weir_rest_string(out, texts[i]);
    }
    weir_buffer_append_byte(out, ']');
}
