/* oauth.h - an access token by OAuth 2.0's client credentials grant, fetched when it is needed and
 * before it expires.
 * Threads: the task's. Blocks: while a token is fetched. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_OAUTH_H
#define WEIR_SINK_HTTP_OAUTH_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/config/config.h"

#include <stdbool.h>
#include <stdint.h>

struct http_sink_settings;
struct weir_oauth;

/* auth.type is OAUTH2. Returns owned, or NULL. Asks for nothing yet. */
struct weir_oauth *weir_oauth_create(const struct weir_config *config,
                                     const struct http_sink_settings *settings,
                                     struct weir_error *err);
void weir_oauth_destroy(struct weir_oauth *oauth);

/* "Bearer ..."; borrowed until the next call. NULL: err is RETRY when the token server is away,
 * STOP when it refuses. */
const char *weir_oauth_header(struct weir_oauth *oauth, int64_t now_ms, struct weir_error *err);
/* How many tokens were fetched: which one the last header held. */
uint64_t weir_oauth_token_number(const struct weir_oauth *oauth);
/* That token was refused: the next call fetches another, unless one was fetched since. */
void weir_oauth_expire(struct weir_oauth *oauth, uint64_t token_number);

/* Takes the token out of an answer: "Bearer <token>" in out, and how long it lasts (0 = not
 * said). */
bool weir_oauth_read_answer(struct weir_bytes body, const char *token_property,
                            struct weir_buffer *out, int64_t *lifetime_ms_out);

#endif
