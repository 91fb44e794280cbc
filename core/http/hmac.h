/* hmac.h - HMAC-SHA256 of several pieces of bytes with one key.
 *
 * Threads: an object has one owner. Allocates: when it is made. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_HMAC_H
#define WEIR_HTTP_HMAC_H

#include "core/base/bytes.h"

enum { WEIR_HMAC_BYTES = 32 };

struct weir_hmac;

/* Copies the key. Returns owned. */
struct weir_hmac *weir_hmac_create(struct weir_bytes key);
void weir_hmac_destroy(struct weir_hmac *hmac);
/* Of the pieces one after the other. */
void weir_hmac_sign(struct weir_hmac *hmac, const struct weir_bytes *pieces, size_t piece_count,
                    uint8_t mac_out[WEIR_HMAC_BYTES]);

#endif
