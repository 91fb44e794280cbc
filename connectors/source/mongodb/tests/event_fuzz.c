/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/source/mongodb/copy_ranges.h"
#include "connectors/source/mongodb/schema.h"
#include "connectors/source/mongodb/split_event.h"

enum { BYTES_MAX = 1 << 22 };

/* Any bytes as what the server sends: joined with itself as fragments, through a schema of its own,
 * and as stored ranges. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_bytes document = {data, bytes}, whole;
    struct weir_split_event split = {0};
    struct weir_copy_ranges ranges = {0};
    struct weir_error err = {0};
    weir_auto_arena *arena = weir_arena_create(4096);
    weir_auto_buffer out;
    weir_buffer_init(&out, BYTES_MAX);
    for (int fragment = 0; fragment < 2; fragment++) {
        weir_split_event_add(&split, document, &whole);
    }
    const struct weir_schema *schema = weir_schema_infer(document, arena);
    if (schema) {
        weir_schema_write(schema, &out);
        weir_schema_project(schema, document, WEIR_BSON_JSON_DEFAULT, &out, &err);
    }
    weir_copy_ranges_load(&ranges, document);
    weir_copy_ranges_write(&ranges, &out);
    weir_copy_ranges_fini(&ranges);
    weir_split_event_fini(&split);
    return 0;
}
