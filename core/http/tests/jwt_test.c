/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/gzip.h"
#include "core/http/jwt.h"

#include "core/base/alloc.h"
#include "core/base/base64.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

/* A new key in a file; returned for checking. */
static EVP_PKEY *write_key(char path[32])
{
    memcpy(path, "/tmp/weir-jwt-XXXXXX", 21);
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    EVP_PKEY *key = EVP_RSA_gen(2048);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    return key;
}

/* base64url to bytes. */
static void decode(const char *text, size_t len, struct weir_buffer *out)
{
    weir_autofree char *plain = weir_format("%.*s", (int)len, text);
    for (char *at = plain; *at; at++) {
        *at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
    }
    assert_true(weir_base64_read(weir_bytes_of(plain), out));
}

static void assert_signed(EVP_PKEY *key, const char *token, const char *dot)
{
    weir_auto_buffer signature;
    weir_buffer_init(&signature, 4096);
    decode(dot + 1, strlen(dot + 1), &signature);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(context, signature.data, signature.len,
                                      (const unsigned char *)token, (size_t)(dot - token)),
                     1);
    EVP_MD_CTX_free(context);
}

static void check_claims(const char *given, const char *expected)
{
    char path[32];
    EVP_PKEY *key = write_key(path);
    struct weir_error err = {0};
    const struct weir_jwt_options options = {.key_file = path, .claims = weir_bytes_of(given)};
    struct weir_jwt *jwt = weir_jwt_create(&options, &err);
    assert_non_null(jwt);
    weir_auto_buffer token, claims;
    weir_buffer_init(&token, 8192);
    weir_buffer_init(&claims, 8192);
    assert_true(weir_jwt_write(jwt, 1000, &token, &err));
    const char *text = weir_buffer_text(&token);
    const char *first = strchr(text, '.');
    const char *second = strrchr(text, '.');
    decode(first + 1, (size_t)(second - first) - 1, &claims);
    assert_string_equal(weir_buffer_text(&claims), expected);
    assert_signed(key, text, second);
    weir_jwt_destroy(jwt);
    EVP_PKEY_free(key);
    unlink(path);
}

static void a_token_holds_its_claims_and_times_and_is_signed(void **state)
{
    (void)state;
    check_claims(NULL, "{\"iat\":1000,\"exp\":1300}");
    check_claims("{\"iss\":\"me\"}", "{\"iss\":\"me\",\"iat\":1000,\"exp\":1300}");
    check_claims("{\"exp\":7}", "{\"exp\":7,\"iat\":1000}");
}

static void a_key_or_claims_that_cannot_be_are_refused(void **state)
{
    (void)state;
    char path[32];
    struct weir_error err = {0};
    struct weir_jwt_options options = {.key_file = "/nowhere"};
    assert_null(weir_jwt_create(&options, &err));
    assert_int_equal(err.domain, WEIR_DOMAIN_CONFIG);
    weir_error_clear(&err);
    EVP_PKEY_free(write_key(path));
    options = (struct weir_jwt_options){.key_file = path, .claims = WEIR_BYTES("[]")};
    assert_null(weir_jwt_create(&options, &err));
    weir_error_clear(&err);
    options = (struct weir_jwt_options){.key_file = path, .is_pkcs12 = true};
    assert_null(weir_jwt_create(&options, &err));
    unlink(path);
}

static void a_gzip_stream_holds_the_bytes(void **state)
{
    (void)state;
    static const char text[] = "fish fish fish fish fish fish fish fish";
    char back[100] = "";
    weir_auto_buffer packed;
    weir_buffer_init(&packed, 1000);
    weir_gzip_write(WEIR_BYTES(text), &packed);
    assert_true(packed.len < sizeof(text));
    z_stream stream = {.next_in = packed.data,
                       .avail_in = (uInt)packed.len,
                       .next_out = (Bytef *)back,
                       .avail_out = sizeof(back)};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    inflateEnd(&stream);
    assert_memory_equal(back, text, strlen(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_holds_its_claims_and_times_and_is_signed),
        cmocka_unit_test(a_key_or_claims_that_cannot_be_are_refused),
        cmocka_unit_test(a_gzip_stream_holds_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
