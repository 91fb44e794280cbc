/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/windowed_key.h"

enum { TIME_BYTES = 8 };

static const int64_t TIME_MS_MIN = 1000000000000; /* September 2001 */
static const int64_t TIME_MS_MAX = 4102444800000; /* January 2100 */

/* The 8 bytes that end where `behind` bytes of the key are left. */
static int64_t read_time(struct weir_bytes key, size_t behind)
{
    const uint8_t *at = key.data + key.len - behind - TIME_BYTES;
    uint64_t time_ms = 0;
    for (size_t i = 0; i < TIME_BYTES; i++) {
        time_ms = time_ms << 8 | at[i];
    }
    return (int64_t)time_ms;
}

static bool is_likely(int64_t time_ms)
{
    return time_ms >= TIME_MS_MIN && time_ms <= TIME_MS_MAX;
}

static enum key_shape detect(struct weir_bytes key)
{
    if (key.len <= TIME_BYTES || !is_likely(read_time(key, 0))) {
        return KEY_SHAPE_PLAIN;
    }
    bool session = key.len > 2 * TIME_BYTES && is_likely(read_time(key, TIME_BYTES)) &&
                   read_time(key, TIME_BYTES) <= read_time(key, 0);
    return session ? KEY_SHAPE_SESSION : KEY_SHAPE_WINDOWED;
}

struct windowed_key weir_windowed_key_read(struct weir_bytes key, enum key_shape shape)
{
    struct windowed_key result = {.base = key};
    if (weir_bytes_is_null(key)) {
        return result;
    }
    shape = shape == KEY_SHAPE_AUTO ? detect(key) : shape;
    if (shape == KEY_SHAPE_WINDOWED && key.len >= TIME_BYTES) {
        result.has_window = true;
        result.start_ms = read_time(key, 0);
        result.base.len -= TIME_BYTES;
    } else if (shape == KEY_SHAPE_SESSION && key.len >= 2 * TIME_BYTES) {
        result.has_window = result.has_end = true;
        result.start_ms = read_time(key, TIME_BYTES);
        result.end_ms = read_time(key, 0);
        result.base.len -= 2 * (size_t)TIME_BYTES;
    }
    return result;
}
