/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/functions/page.h"

#include "connectors/processor/functions/registry.h"

#include <string.h>

/* The first category after `after` in the order of the alphabet; NULL: there are no more. */
static const char *next_category(const char *after)
{
    const char *next = NULL;
    for (size_t i = 0; i < weir_function_count(); i++) {
        const char *category = weir_function_category(weir_function_at(i));
        if ((!after || strcmp(category, after) > 0) && (!next || strcmp(category, next) < 0)) {
            next = category;
        }
    }
    return next;
}

/* A | would end the cell. */
static void append_cell(struct weir_buffer *page, const char *text)
{
    for (; *text; text++) {
        weir_buffer_append_text(page, *text == '|' ? "\\|" : (char[2]){*text, '\0'});
    }
}

static void append_function(struct weir_buffer *page, const struct weir_function *function)
{
    weir_buffer_append_text(page, "| ");
    for (size_t i = 0; i < weir_function_signature_count(function); i++) {
        weir_buffer_append_text(page, i > 0 ? "<br>`" : "`");
        weir_function_signature_print(function, i, page);
        weir_buffer_append_byte(page, '`');
    }
    weir_buffer_append_text(page, " | ");
    append_cell(page, weir_function_description(function));
    weir_buffer_append_text(page, " |\n");
}

void weir_functions_page(struct weir_buffer *page)
{
    for (const char *category = next_category(NULL); category; category = next_category(category)) {
        weir_buffer_append_format(page, "### %s\n\n| function | gives |\n|---|---|\n", category);
        for (size_t i = 0; i < weir_function_count(); i++) {
            const struct weir_function *function = weir_function_at(i);
            if (strcmp(weir_function_category(function), category) == 0) {
                append_function(page, function);
            }
        }
        weir_buffer_append_byte(page, '\n');
    }
}
