/* diagnostic.c - the line with a caret, and the nearest name. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/diagnostic.h"

#include "core/config/nearest.h"

#include <ctype.h>
#include <string.h>

enum { LINE_BYTES_MAX = 240 };

static const char *find_line(const char *text, size_t length, uint32_t line,
                             size_t *line_length_out)
{
    const char *end = text + length;
    for (; line > 1; line--) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        if (!newline) {
            return NULL;
        }
        text = newline + 1;
    }
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    *line_length_out = (size_t)((newline ? newline : end) - text);
    return text;
}

/* Blanks up to the column, tabs kept, so that the caret stands below its character. */
static void append_caret(struct weir_buffer *buffer, const char *line, size_t length,
                         uint32_t column)
{
    uint32_t at = 1;
    for (size_t i = 0; i < length && at < column; i++) {
        if (((unsigned char)line[i] & 0xC0) != 0x80) {
            weir_buffer_append_byte(buffer, line[i] == '\t' ? '\t' : ' ');
            at++;
        }
    }
    weir_buffer_append_text(buffer, "^\n");
}

void weir_sql_diagnostic(const struct weir_error *err, const char *text, size_t length,
                         struct weir_buffer *buffer)
{
    if (err->line == 0) {
        weir_buffer_append_format(buffer, "%s\n", err->message);
        return;
    }
    weir_buffer_append_format(buffer, "line %u:%u: %s\n", err->line, err->column, err->message);
    size_t line_length = 0;
    const char *line = find_line(text, length, err->line, &line_length);
    if (!line || err->column > LINE_BYTES_MAX) {
        return;
    }
    while (line_length > 0 && isspace((unsigned char)line[line_length - 1])) {
        line_length--;
    }
    size_t shown = line_length > LINE_BYTES_MAX ? LINE_BYTES_MAX : line_length;
    weir_buffer_append_text(buffer, "    ");
    weir_buffer_append(buffer, line, shown);
    weir_buffer_append_text(buffer, shown < line_length ? "...\n    " : "\n    ");
    append_caret(buffer, line, shown, err->column);
}

const char *weir_sql_nearest(const char *name, const char *const *candidates, size_t count)
{
    struct weir_nearest nearest = weir_nearest_to(name);
    for (size_t i = 0; i < count; i++) {
        weir_nearest_try(&nearest, candidates[i]);
    }
    return nearest.best;
}
