/* SPDX-License-Identifier: Apache-2.0 */
#include "core/http/client_internal.h"

#include <openssl/ssl.h>
#include <string.h>

static void set_blob(CURL *easy, CURLoption option, struct weir_bytes bytes)
{
    if (bytes.data) {
        /* curl_blob has a void pointer; NOCOPY: the settings outlive the handle. libcurl only
         * reads. */
        struct curl_blob blob = {.len = bytes.len, .flags = CURL_BLOB_NOCOPY};
        memcpy(&blob.data, &bytes.data, sizeof(blob.data));
        curl_easy_setopt(easy, option, &blob);
    }
}

static long version_of(const struct weir_http_client_options *options)
{
    long least = options->tls_version_min == 13 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2;
    long most =
        options->tls_version_max == 12 ? CURL_SSLVERSION_MAX_TLSv1_2 : CURL_SSLVERSION_MAX_DEFAULT;
    return least | most;
}

const char *weir_http_cipher_name(const char *rfc_name)
{
    const char *name = OPENSSL_cipher_name(rfc_name);
    return strcmp(name, "(NONE)") == 0 ? NULL : name;
}

void http_transfer_configure_tls(CURL *easy, const struct weir_http_client_options *options)
{
    bool verify_host = !options->tls_verify_off && !options->tls_verify_host_off;
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->tls_verify_off ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify_host ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, version_of(options));
    if (options->tls12_ciphers) {
        curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, options->tls12_ciphers);
    }
    if (options->tls13_ciphers) {
        curl_easy_setopt(easy, CURLOPT_TLS13_CIPHERS, options->tls13_ciphers);
    }
    if (options->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
    }
    set_blob(easy, CURLOPT_CAINFO_BLOB, options->ca_pem);
    if (options->certificate_file || options->certificate_data.data) {
        curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, options->certificate_is_pkcs12 ? "P12" : "PEM");
    }
    if (options->certificate_file) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, options->certificate_file);
    }
    set_blob(easy, CURLOPT_SSLCERT_BLOB, options->certificate_data);
    if (options->key_file) {
        curl_easy_setopt(easy, CURLOPT_SSLKEY, options->key_file);
    }
    set_blob(easy, CURLOPT_SSLKEY_BLOB, options->key_data);
    if (options->key_password) {
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, options->key_password);
    }
}
