/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"
#include "core/mongo/bson_json.h"
#include "core/mongo/extended_json.h"
#include "core/mongo/shell_json.h"

enum { BYTES_MAX = 1 << 20 };

/* What is read is BSON; a rewrite of a rewrite is the same text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_bytes text = {data, bytes};
    struct weir_error err = {0};
    weir_auto_buffer bson, once, twice;
    weir_buffer_init(&bson, BYTES_MAX);
    weir_buffer_init(&once, BYTES_MAX);
    weir_buffer_init(&twice, BYTES_MAX);
    if (weir_extended_json_to_bson(text, &bson, &err)) {
        weir_assert(weir_bson_valid(weir_buffer_view(&bson)));
    } else {
        weir_assert(err.action == WEIR_ERROR_REJECT && bson.len == 0);
    }
    if (weir_shell_json_rewrite(text, &once) &&
        weir_shell_json_rewrite(weir_buffer_view(&once), &twice)) {
        weir_assert(weir_bytes_equal(weir_buffer_view(&once), weir_buffer_view(&twice)));
    }
    return 0;
}
