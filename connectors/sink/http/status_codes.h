/* status_codes.h - sets of HTTP status codes, as retry.on.status.codes writes them: "408,429,500-",
 * "200-299,409".
 *
 * Numbers and ranges separated by commas; ranges are inclusive and may have an open end ("500-").
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_STATUS_CODES_H
#define WEIR_SINK_HTTP_STATUS_CODES_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { STATUS_CODE_MIN = 100, STATUS_CODE_MAX = 599 };

struct status_codes {
    uint64_t bits[(STATUS_CODE_MAX - STATUS_CODE_MIN) / 64 + 1];
};

/* Domain CONFIG; empty text is the empty set. */
bool weir_status_codes_read(const char *text, struct status_codes *codes_out,
                            struct weir_error *err);
bool weir_status_codes_has(const struct status_codes *codes, int status);

#endif
