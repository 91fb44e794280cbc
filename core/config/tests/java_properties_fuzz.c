/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config/java_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    weir_auto_buffer value;
    weir_buffer_init(&value, bytes + 1);
    weir_java_properties_find((struct weir_bytes){data, bytes}, WEIR_BYTES("password"), &value);
    return 0;
}
