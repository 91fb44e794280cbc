/* signature.h - requests signed as the Standard Webhooks specification says: webhook-id,
 * webhook-timestamp, and webhook-signature with "v1,<base64 of HMAC-SHA256>" over
 * "id.timestamp.body", for each secret one, so that secrets can be changed without a gap.
 *
 * A secret "whsec_<base64>" is the key's bytes in base64; another one is the key's text itself.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_SIGNATURE_H
#define WEIR_SINK_HTTP_SIGNATURE_H

#include "connectors/sink/http/request.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct signature;

/* Domain CONFIG: a secret is no base64. */
bool weir_signature_check_secret(const char *secret, struct weir_error *err);
/* Secrets have been checked; previous may be NULL. Returns owned. */
struct signature *weir_signature_create(const char *secret, const char *previous);
void weir_signature_destroy(struct signature *signature);
/* Adds the three headers for one try of a finished request; they live in its arena. */
void weir_signature_add(struct signature *signature, struct request *request, int64_t now_ms);

#endif
