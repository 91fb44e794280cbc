/* SPDX-License-Identifier: Apache-2.0 */
#include "core/mongo/bson_json.h"

#include "core/base/error.h"
#include "core/mongo/extended_json.h"

enum { BYTES_MAX = 1 << 20 };

/* Any bytes as BSON, in every form; what is written of valid BSON in canonical form reads back as
 * BSON. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const enum weir_bson_json forms[] = {WEIR_BSON_JSON_DEFAULT, WEIR_BSON_JSON_SIMPLIFIED,
                                                WEIR_BSON_JSON_RELAXED, WEIR_BSON_JSON_EXTENDED};
    struct weir_bytes document = {data, bytes};
    weir_auto_buffer json, bson;
    weir_buffer_init(&json, BYTES_MAX);
    weir_buffer_init(&bson, BYTES_MAX);
    bool good = false;
    for (size_t index = 0; index < sizeof(forms) / sizeof(forms[0]); index++) {
        weir_buffer_reset(&json);
        good = weir_bson_to_json(document, forms[index], &json);
    }
    struct weir_error err = {0};
    if (good && weir_extended_json_to_bson(weir_buffer_view(&json), &bson, &err)) {
        weir_assert(weir_bson_valid(weir_buffer_view(&bson)));
    }
    return 0;
}
