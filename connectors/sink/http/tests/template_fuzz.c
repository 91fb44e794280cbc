/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/json_valid.h"
#include "connectors/sink/http/template.h"

enum { BYTES_MAX = 1 << 20 };

/* A template of any bytes, filled in from a record of the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_error err = {0};
    struct weir_bytes input = {data, bytes};
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    weir_json_valid(input);
    struct weir_record record = {.topic = "t", .key = input, .value = input};
    struct template_record filled = {&record, weir_windowed_key_read(input, KEY_SHAPE_AUTO)};
    const struct template *template =
        weir_template_read(weir_arena_strndup(arena, (const char *)data, bytes), arena, &err);
    if (template) {
        weir_template_fill(template, &filled, TEMPLATE_BODY, arena, &out, &err);
        weir_template_fill(template, &filled, TEMPLATE_URL, arena, &out, &err);
    }
    return 0;
}
