/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/rewrite.h"

#include "connectors/sink/http/address_rules.h"

#include <string.h>

enum { BLOCK_BYTES = 4096 };

static void apply(struct rewrite *rewrite, struct weir_bytes text, struct weir_arena *arena)
{
    struct weir_error err = {0};
    struct weir_bytes out;
    const struct weir_record record = {.topic = "t", .key = text, .value = text};
    struct template_record filled = {&record, weir_windowed_key_read(text, KEY_SHAPE_AUTO)};
    if (weir_rewrite_apply(rewrite, text, &filled, arena, &out, &err)) {
        weir_assert(out.data != NULL);
    }
}

/* A pattern, a replacement and a text, one a line; the first line as an address range, too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_error err = {0}, ignored = {0};
    struct address_range range;
    weir_auto_arena *arena = weir_arena_create(BLOCK_BYTES);
    char *rest = weir_arena_strndup(arena, (const char *)data, bytes);
    const char *pattern = strsep(&rest, "\n");
    const char *replacement = rest ? strsep(&rest, "\n") : "";
    weir_address_range_read(pattern, &range, &ignored);
    struct rewrite *rewrite = weir_rewrite_create(pattern, replacement, "~", arena, &err);
    if (rewrite) {
        apply(rewrite, weir_bytes_of(rest ? rest : ""), arena);
    }
    weir_rewrite_destroy(rewrite);
    return 0;
}
