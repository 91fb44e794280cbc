/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/json_to_bson.h"

#include "core/mongo/bson_view.h"

enum { BYTES_MAX = 1 << 20 };

/* What is read is valid BSON; what is refused leaves nothing behind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    struct weir_error err = {0};
    weir_auto_buffer bson;
    weir_buffer_init(&bson, BYTES_MAX);
    if (weir_json_to_bson((struct weir_bytes){data, bytes}, &bson, &err)) {
        weir_assert(weir_bson_valid(weir_buffer_view(&bson)));
    } else {
        weir_assert(err.action == WEIR_ERROR_REJECT && bson.len == 0 && !bson.overflow);
    }
    return 0;
}
