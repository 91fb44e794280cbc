/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/gzip.h"

#include "core/base/error.h"

#include <string.h>
#include <zlib.h>

enum { WINDOW_BITS = 15 + 16, /* +16: gzip's header and trailer */ MEMORY_LEVEL = 8 };

void weir_gzip_write(struct weir_bytes bytes, struct weir_buffer *out)
{
    z_stream stream = {0};
    int code = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                            Z_DEFAULT_STRATEGY);
    weir_assert(code == Z_OK);
    size_t bound = deflateBound(&stream, bytes.len);
    uint8_t *room = weir_buffer_reserve(out, bound);
    if (room) {
        /* zlib reads through a pointer that is not const. */
        memcpy(&stream.next_in, &bytes.data, sizeof(bytes.data));
        stream.avail_in = (uInt)bytes.len;
        stream.next_out = room;
        stream.avail_out = (uInt)bound;
        code = deflate(&stream, Z_FINISH);
        weir_assert(code == Z_STREAM_END);
        out->len += bound - stream.avail_out;
    }
    deflateEnd(&stream);
}
