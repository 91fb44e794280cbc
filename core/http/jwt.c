/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/jwt.h"

#include "core/base/alloc.h"
#include "core/base/base64.h"
#include "core/json/scan.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdio.h>
#include <string.h>

enum { LIFETIME_S = 300, TEXT_BYTES_MAX = 65536 };

struct weir_jwt {
    EVP_PKEY *key;
    char *claims;
};

static bool fail(const struct weir_jwt_options *options, const char *problem,
                 struct weir_error *err)
{
    return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "%s: %s", options->key_file,
                     problem);
}

static EVP_PKEY *read_pkcs12(FILE *file, const char *password)
{
    EVP_PKEY *key = NULL;
    PKCS12 *store = d2i_PKCS12_fp(file, NULL);
    if (store && PKCS12_parse(store, password, &key, NULL, NULL) != 1) {
        key = NULL;
    }
    PKCS12_free(store);
    return key;
}

static bool read_key(struct weir_jwt *jwt, const struct weir_jwt_options *options,
                     struct weir_error *err)
{
    FILE *file = fopen(options->key_file, "rbe");
    if (!file) {
        return fail(options, "cannot be read", err);
    }
    weir_autofree char *password = weir_strdup(options->password ? options->password : "");
    jwt->key = options->is_pkcs12 ? read_pkcs12(file, password)
                                  : PEM_read_PrivateKey(file, NULL, NULL, password);
    fclose(file);
    if (!jwt->key || EVP_PKEY_get_base_id(jwt->key) != EVP_PKEY_RSA) {
        return fail(options, "holds no RSA key that this password opens", err);
    }
    return true;
}

/* The claims without their closing brace. */
static bool read_claims(struct weir_jwt *jwt, const struct weir_jwt_options *options,
                        struct weir_error *err)
{
    struct weir_bytes none;
    struct weir_bytes claims = options->claims.len > 0 ? options->claims : WEIR_BYTES("{}");
    if (weir_json_member(claims, WEIR_BYTES("iat"), &none) == WEIR_JSON_NOT_OBJECT) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "the claims of the JWT are no JSON object");
    }
    jwt->claims = weir_format("%.*s", (int)claims.len, (const char *)claims.data);
    *strrchr(jwt->claims, '}') = '\0';
    return true;
}

struct weir_jwt *weir_jwt_create(const struct weir_jwt_options *options, struct weir_error *err)
{
    struct weir_jwt *jwt = weir_alloc(sizeof(*jwt));
    if (!read_key(jwt, options, err) || !read_claims(jwt, options, err)) {
        weir_jwt_destroy(jwt);
        return NULL;
    }
    return jwt;
}

void weir_jwt_destroy(struct weir_jwt *jwt)
{
    if (jwt) {
        EVP_PKEY_free(jwt->key);
        weir_free(jwt->claims);
        weir_free(jwt);
    }
}

/* RFC 4648, section 5, without padding. */
static void append_base64url(struct weir_bytes bytes, struct weir_buffer *out)
{
    size_t before = out->len;
    weir_base64_write(bytes, out);
    for (size_t i = before; i < out->len; i++) {
        uint8_t *at = &out->data[i];
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    }
    while (out->len > before && out->data[out->len - 1] == '=') {
        out->len--;
    }
}

/* name: now, unless the claims have it. */
static void add_time(const struct weir_jwt *jwt, const char *name, int64_t seconds,
                     struct weir_buffer *claims)
{
    weir_autofree char *whole = weir_format("%s}", jwt->claims);
    struct weir_bytes found;
    if (weir_json_member(weir_bytes_of(whole), weir_bytes_of(name), &found) != WEIR_JSON_FOUND) {
        bool first = memchr(claims->data, '"', claims->len) == NULL;
        weir_buffer_append_format(claims, "%s\"%s\":%" PRId64, first ? "" : ",", name, seconds);
    }
}

static bool append_signature(struct weir_jwt *jwt, struct weir_bytes text, struct weir_buffer *out)
{
    uint8_t signature[1024];
    size_t len = sizeof(signature);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, jwt->key) == 1 &&
                EVP_DigestSign(context, signature, &len, text.data, text.len) == 1;
    EVP_MD_CTX_free(context);
    if (done) {
        append_base64url((struct weir_bytes){signature, len}, out);
    }
    return done;
}

bool weir_jwt_write(struct weir_jwt *jwt, int64_t now_s, struct weir_buffer *out,
                    struct weir_error *err)
{
    weir_auto_buffer claims, text, signature;
    weir_buffer_init(&claims, TEXT_BYTES_MAX);
    weir_buffer_init(&text, TEXT_BYTES_MAX);
    weir_buffer_init(&signature, TEXT_BYTES_MAX);
    weir_buffer_append_text(&claims, jwt->claims);
    add_time(jwt, "iat", now_s, &claims);
    add_time(jwt, "exp", now_s + LIFETIME_S, &claims);
    weir_buffer_append_byte(&claims, '}');
    append_base64url(WEIR_BYTES("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), &text);
    weir_buffer_append_byte(&text, '.');
    append_base64url(weir_buffer_view(&claims), &text);
    if (text.overflow || !append_signature(jwt, weir_buffer_view(&text), &signature)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_HTTP, 0, "the JWT cannot be signed");
    }
    weir_buffer_append_bytes(out, weir_buffer_view(&text));
    weir_buffer_append_byte(out, '.');
    weir_buffer_append_bytes(out, weir_buffer_view(&signature));
    return true;
}
