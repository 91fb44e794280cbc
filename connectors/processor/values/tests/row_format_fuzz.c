/* row_format_fuzz.c - any bytes as a record of each format: they are rejected with a reason, or what
 * was read is written, and reading that again gives the same. The first byte chooses the format. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/processor/values/row_format.h"
#include "core/base/alloc.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS_MAX = 14, FLAT_COLUMNS = 10, BUFFER_BYTES = 1 << 22 };

/* Flat types first: DELIMITED takes no others. */
static size_t make_columns(struct weir_arena *arena, struct weir_column *columns)
{
    const struct weir_type *flat[FLAT_COLUMNS] = {
        &weir_type_boolean,   &weir_type_integer,
        &weir_type_bigint,    &weir_type_double,
        &weir_type_string,    &weir_type_bytes,
        &weir_type_date,      &weir_type_time,
        &weir_type_timestamp, weir_type_decimal(arena, 6, 2)};
    static const char *const names[COLUMNS_MAX] = {"A", "B", "C", "D", "E", "F", "G",
                                                   "H", "I", "J", "K", "L", "M", "N"};
    const struct weir_type *list = weir_type_array(arena, &weir_type_double);
    const struct weir_type_field fields[] = {{"X", &weir_type_string}, {"Y", list}};
    const struct weir_type *inner = weir_type_struct(arena, fields, 2);
    const struct weir_type *nested[] = {list, inner,
                                        weir_type_map(arena, &weir_type_string, &weir_type_bigint),
                                        weir_type_array(arena, inner)};
    for (size_t index = 0; index < COLUMNS_MAX; index++) {
        columns[index] = (struct weir_column){
            names[index], index < FLAT_COLUMNS ? flat[index] : nested[index - FLAT_COLUMNS]};
    }
    return COLUMNS_MAX;
}

static struct weir_format choose(uint8_t byte, size_t *count)
{
    switch (byte % 4) {
    case 0:
        *count = FLAT_COLUMNS;
        return (struct weir_format){.kind = WEIR_FORMAT_DELIMITED, .delimiter = ','};
    case 1:
        *count = 1;
        return (struct weir_format){.kind = WEIR_FORMAT_KAFKA};
    case 2:
        *count = 1;
        return (struct weir_format){.kind = WEIR_FORMAT_JSON, .unwrapped = true};
    default:
        return (struct weir_format){.kind = WEIR_FORMAT_JSON};
    }
}

/* The bytes of one row, written from what was read of input; null bytes: rejected, or no row. */
static struct weir_bytes rewrite(const struct weir_format *format,
                                 const struct weir_column *columns, size_t count,
                                 struct weir_bytes input, struct weir_arena *arena)
{
    struct weir_row_reader *reader = weir_row_reader_create(format, columns, count);
    struct weir_row_writer *writer = weir_row_writer_create(format, columns, count);
    struct weir_value values[COLUMNS_MAX];
    struct weir_error err = {0};
    bool null_row = false, null_payload = false;
    weir_auto_buffer buffer;
    weir_buffer_init(&buffer, BUFFER_BYTES);
    bool good = weir_row_read(reader, input, arena, values, &null_row, &err);
    weir_assert(good || (err.action == WEIR_ERROR_REJECT && err.message[0] != '\0'));
    good = good && !null_row && weir_row_write(writer, values, &buffer, &null_payload, &err);
    struct weir_bytes written = WEIR_BYTES_NULL;
    if (good && !null_payload && !buffer.overflow) {
        written = (struct weir_bytes){
            (const uint8_t *)weir_arena_strdup(arena, weir_buffer_text(&buffer)), buffer.len};
    }
    weir_row_reader_destroy(reader);
    weir_row_writer_destroy(writer);
    return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 1 << 16) {
        return 0;
    }
    struct weir_arena *arena = weir_arena_create(4096);
    struct weir_column columns[COLUMNS_MAX];
    size_t count = make_columns(arena, columns);
    struct weir_format format = choose(data[0], &count);
    const struct weir_column *first = count == 1 ? &columns[(data[0] / 4) % FLAT_COLUMNS] : columns;
    if (format.kind == WEIR_FORMAT_KAFKA &&
        !weir_format_check(&format, first, count, &(struct weir_error){0})) {
        first = &columns[4];
    }
    struct weir_bytes once =
        rewrite(&format, first, count, (struct weir_bytes){data + 1, size - 1}, arena);
    if (once.data && !memchr(once.data, 0, once.len)) {
        struct weir_bytes twice = rewrite(&format, first, count, once, arena);
        weir_assert(twice.data && twice.len == once.len &&
                    memcmp(twice.data, once.data, once.len) == 0);
    }
    weir_arena_destroy(arena);
    return 0;
}
