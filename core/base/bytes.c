/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/bytes.h"

int weir_bytes_compare(struct weir_bytes a, struct weir_bytes b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}
