/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/oauth.h"

#include "core/base/error.h"

enum { TEXT_BYTES_MAX = 1 << 16 };

/* Any bytes as the answer of a token server. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    int64_t lifetime_ms = 0;
    weir_auto_buffer header;
    weir_buffer_init(&header, TEXT_BYTES_MAX);
    if (weir_oauth_read_answer((struct weir_bytes){data, bytes}, "access_token", &header,
                               &lifetime_ms)) {
        weir_assert(lifetime_ms >= 0 && header.len >= 7);
    }
    return 0;
}
