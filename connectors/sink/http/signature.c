/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/signature.h"

#include "core/base/alloc.h"
#include "core/base/base64.h"
#include "core/http/hmac.h"

#include <inttypes.h>
#include <string.h>

enum { SECRETS_MAX = 2, KEY_BYTES_MAX = 4096, TEXT_BYTES_MAX = 256 };

static const char prefix[] = "whsec_";

struct signature {
    struct weir_hmac *keys[SECRETS_MAX];
    size_t key_count;
};

static bool read_secret(const char *secret, struct weir_buffer *key)
{
    size_t prefix_len = sizeof(prefix) - 1;
    if (strncmp(secret, prefix, prefix_len) != 0) {
        weir_buffer_append_text(key, secret);
        return key->len > 0 && !key->overflow;
    }
    return weir_base64_read(weir_bytes_of(secret + prefix_len), key) && key->len > 0 &&
           !key->overflow;
}

bool weir_signature_check_secret(const char *secret, struct weir_error *err)
{
    weir_auto_buffer key;
    weir_buffer_init(&key, KEY_BYTES_MAX);
    return read_secret(secret, &key) ||
           weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                     "neither whsec_ and base64, nor a text of 1 to %d bytes", KEY_BYTES_MAX);
}

static void add_key(struct signature *signature, const char *secret)
{
    weir_auto_buffer key;
    weir_buffer_init(&key, KEY_BYTES_MAX);
    bool good = read_secret(secret, &key);
    weir_assert(good);
    signature->keys[signature->key_count++] = weir_hmac_create(weir_buffer_view(&key));
}

struct signature *weir_signature_create(const char *secret, const char *previous)
{
    struct signature *signature = weir_alloc(sizeof(*signature));
    add_key(signature, secret);
    if (previous) {
        add_key(signature, previous);
    }
    return signature;
}

void weir_signature_destroy(struct signature *signature)
{
    if (signature) {
        for (size_t i = 0; i < signature->key_count; i++) {
            weir_hmac_destroy(signature->keys[i]);
        }
        weir_free(signature);
    }
}

static const char *sign(struct signature *signature, struct request *request, const char *timestamp)
{
    weir_auto_buffer text;
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    const struct weir_bytes pieces[] = {
        weir_bytes_of(request->id), WEIR_BYTES("."), weir_bytes_of(timestamp), WEIR_BYTES("."),
        weir_request_wire(request),
    };
    for (size_t i = 0; i < signature->key_count; i++) {
        uint8_t mac[WEIR_HMAC_BYTES];
        weir_hmac_sign(signature->keys[i], pieces, sizeof(pieces) / sizeof(pieces[0]), mac);
        weir_buffer_append_text(&text, i == 0 ? "v1," : " v1,");
        weir_base64_write((struct weir_bytes){mac, sizeof(mac)}, &text);
    }
    return weir_arena_strdup(request->arena, weir_buffer_text(&text));
}

void weir_signature_add(struct signature *signature, struct request *request, int64_t now_ms)
{
    const char *timestamp = weir_arena_format(request->arena, "%" PRId64, now_ms / 1000);
    weir_request_add_header(request, "webhook-id", request->id);
    weir_request_add_header(request, "webhook-timestamp", timestamp);
    weir_request_add_header(request, "webhook-signature", sign(signature, request, timestamp));
}
