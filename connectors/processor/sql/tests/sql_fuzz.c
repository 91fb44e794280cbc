/* sql_fuzz.c - any bytes: a parse or one error, and what parses prints to what parses. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/sql/diagnostic.h"
#include "connectors/processor/sql/parser.h"
#include "connectors/processor/sql/printer.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_again(struct weir_arena *arena, const struct weir_statement *statement)
{
    struct weir_statements again;
    struct weir_error err = {0};
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, 1 << 20);
    weir_sql_print_statement(statement, &buffer);
    bool parsed = weir_sql_parse(arena, weir_buffer_text(&buffer), buffer.len, &again, &err);
    /* Each operator prints its own parentheses, which may nest too deep. */
    weir_assert(parsed || buffer.overflow || strstr(err.message, "nested"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    weir_auto_arena *arena = weir_arena_create(1 << 16);
    struct weir_statements program;
    struct weir_error err = {0};
    if (!weir_sql_parse(arena, (const char *)data, size, &program, &err)) {
        weir_assert(err.message[0] != 0);
        weir_auto_buffer buffer;
        weir_buffer_init(&buffer, 1 << 16);
        weir_sql_diagnostic(&err, (const char *)data, size, &buffer);
        return 0;
    }
    for (size_t i = 0; i < program.count; i++) {
        print_again(arena, program.items[i]);
    }
    return 0;
}
