/* windowed_key.h - takes ksqlDB's windowed keys apart: the bytes of the group key, then the
 * window's start (and for session windows its end) as 8-byte big-endian milliseconds.
 *
 * A key is taken for a windowed one when its last 8 bytes are a time between 2001 and 2100 in
 * milliseconds. Such bytes begin with two zeros, which UTF-8 text of a name or number does not
 * hold. A key of only 8 bytes is a BIGINT.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_WINDOWED_KEY_H
#define WEIR_SINK_HTTP_WINDOWED_KEY_H

#include "core/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum key_shape {
    KEY_SHAPE_AUTO,
    KEY_SHAPE_PLAIN,
    KEY_SHAPE_WINDOWED, /* 8 bytes behind the group key, whatever they are */
    KEY_SHAPE_SESSION,  /* 16 bytes */
};

struct windowed_key {
    struct weir_bytes base; /* the whole key when there is no window; null when there is no key */
    bool has_window, has_end;
    int64_t start_ms, end_ms;
};

struct windowed_key weir_windowed_key_read(struct weir_bytes key, enum key_shape shape);

#endif
