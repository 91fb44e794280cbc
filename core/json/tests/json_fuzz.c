/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"
#include "core/json/compact.h"
#include "core/json/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* A written string, read again, is the text it was written from. */
static void check_round_trip(struct weir_bytes text, struct weir_arena *arena)
{
    weir_auto_buffer out;
    weir_buffer_init(&out, 6 * text.len + 2);
    weir_json_append_string(&out, text);
    weir_assert(weir_bytes_equal(weir_json_plain_text(weir_buffer_view(&out), arena), text));
}

/* What is compact does not get shorter, and has the same members. */
static void check_compact(struct weir_bytes text)
{
    weir_auto_buffer once, twice;
    weir_buffer_init(&once, text.len);
    weir_buffer_init(&twice, text.len);
    weir_json_compact(text, &once);
    weir_json_compact(weir_buffer_view(&once), &twice);
    weir_assert(weir_bytes_equal(weir_buffer_view(&once), weir_buffer_view(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    weir_auto_arena *arena = weir_arena_create(1024);
    struct weir_bytes text = {data, bytes};
    struct weir_bytes name, value;
    size_t position = 0;
    bool broken = false;
    while (weir_json_next_member(text, &position, &name, &value, &broken)) {
        weir_assert(position <= bytes && value.len > 0);
        weir_json_plain_text(value, arena);
    }
    check_round_trip(text, arena);
    check_compact(text);
    return 0;
}
