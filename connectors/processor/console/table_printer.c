/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/console/session.h"
#include "connectors/processor/values/row_format.h"
#include "core/base/alloc.h"

#include <stdio.h>

enum { CELL_WIDTH = 24, ROW_BYTES_MAX = 16 << 20 };

static void print_rule(size_t count)
{
    for (size_t column = 0; column < count; column++) {
        printf("+------------------------");
    }
    printf("+\n");
}

void weir_table_print_header(const struct weir_schema *schema)
{
    print_rule(schema->value_count);
    for (size_t column = 0; column < schema->value_count; column++) {
        printf("|%-*s", CELL_WIDTH, schema->values[column].name);
    }
    printf("|\n");
    print_rule(schema->value_count);
    fflush(stdout);
}

char *weir_table_format_row(const struct weir_schema *schema, const struct weir_value *values)
{
    weir_auto_buffer row;
    weir_buffer_init(&row, ROW_BYTES_MAX);
    for (size_t column = 0; column < schema->value_count; column++) {
        weir_buffer_append_byte(&row, '|');
        size_t start = row.len;
        if (weir_value_is_null(&values[column])) {
            weir_buffer_append_text(&row, "null");
        } else {
            weir_value_print_java(&values[column], schema->values[column].type, &row);
        }
        while (row.len < start + CELL_WIDTH && !row.overflow) {
            weir_buffer_append_byte(&row, ' ');
        }
    }
    weir_buffer_append_byte(&row, '|');
    return weir_strdup(weir_buffer_text(&row));
}
