/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/hmac.h"

#include "core/base/alloc.h"
#include "core/base/error.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

struct weir_hmac {
    EVP_MAC *mac;
    EVP_MAC_CTX *context;
};

struct weir_hmac *weir_hmac_create(struct weir_bytes key)
{
    struct weir_hmac *hmac = weir_alloc(sizeof(*hmac));
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    hmac->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    hmac->context = hmac->mac ? EVP_MAC_CTX_new(hmac->mac) : NULL;
    bool done = hmac->context && EVP_MAC_init(hmac->context, key.data, key.len, parameters) == 1;
    weir_assert(done);
    return hmac;
}

void weir_hmac_destroy(struct weir_hmac *hmac)
{
    if (hmac) {
        EVP_MAC_CTX_free(hmac->context);
        EVP_MAC_free(hmac->mac);
        weir_free(hmac);
    }
}

void weir_hmac_sign(struct weir_hmac *hmac, const struct weir_bytes *pieces, size_t piece_count,
                    uint8_t mac_out[WEIR_HMAC_BYTES])
{
    size_t len = 0;
    /* Without a key: the same one again. */
    bool done = EVP_MAC_init(hmac->context, NULL, 0, NULL) == 1;
    for (size_t i = 0; done && i < piece_count; i++) {
        done =
            pieces[i].len == 0 || EVP_MAC_update(hmac->context, pieces[i].data, pieces[i].len) == 1;
    }
    done = done && EVP_MAC_final(hmac->context, mac_out, &len, WEIR_HMAC_BYTES) == 1;
    weir_assert(done && len == WEIR_HMAC_BYTES);
}
