/* jwt.h - JSON Web Tokens signed with RS256 (RFC 7519), for the token servers that want one.
 *
 * Threads: an object has one owner. Blocks: create reads a file. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_HTTP_JWT_H
#define WEIR_HTTP_JWT_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_jwt;

struct weir_jwt_options {
    const char *key_file; /* PEM, or PKCS12 */
    const char *password; /* NULL = none */
    bool is_pkcs12;
    struct weir_bytes claims; /* a JSON object; null or empty = {} */
};

/* Copies options. NULL: the key cannot be read, or claims are no object (domain CONFIG). */
struct weir_jwt *weir_jwt_create(const struct weir_jwt_options *options, struct weir_error *err);
void weir_jwt_destroy(struct weir_jwt *jwt);
/* Appends a token with the claims, and iat and exp (five minutes later) where they have none. */
bool weir_jwt_write(struct weir_jwt *jwt, int64_t now_s, struct weir_buffer *out,
                    struct weir_error *err);

#endif
