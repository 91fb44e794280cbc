/* SPDX-License-Identifier: Apache-2.0 */
/* URLs: their parts, and the encoding of parameters. The grammar is RFC 3986's, as far as
 * java.net.URI tells parts apart. */
#include "connectors/processor/functions/families.h"
#include "connectors/processor/values/number_text.h"
#include "connectors/processor/values/utf8.h"

#include <string.h>

/* Null bytes: not there. */
struct url {
    struct weir_bytes scheme, host, port, path, query, fragment;
};

static struct weir_bytes view(const uint8_t *from, const uint8_t *to)
{
    return (struct weir_bytes){from, (size_t)(to - from)};
}

/* The first of the bytes in `stops`, or end. */
static const uint8_t *find_any(const uint8_t *at, const uint8_t *end, const char *stops)
{
    while (at < end && (*at == 0 || !strchr(stops, *at))) {
        at++;
    }
    return at;
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static int hex_digit(uint8_t byte)
{
    if (is_digit(byte)) {
        return byte - '0';
    }
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* No blanks, no quotes and the like; % only before two hex digits. */
static bool characters_legal(struct weir_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte <= ' ' || byte == 0x7f || strchr("\"<>\\^`{|}", byte)) {
            return false;
        }
        if (byte == '%' && (i + 2 >= text.len || hex_digit(text.data[i + 1]) < 0 ||
                            hex_digit(text.data[i + 2]) < 0)) {
            return false;
        }
    }
    return true;
}

/* The scheme before a colon; empty if the text does not begin with one. */
static struct weir_bytes take_scheme(const uint8_t **at, const uint8_t *end)
{
    const uint8_t *start = *at, *stop = start;
    while (stop < end && (is_letter(*stop) || (stop > start && (is_digit(*stop) || *stop == '+' ||
                                                                *stop == '-' || *stop == '.')))) {
        stop++;
    }
    if (stop == start || stop == end || *stop != ':') {
        return WEIR_BYTES_NULL;
    }
    *at = stop + 1;
    return view(start, stop);
}

/* user@host:port; what is no host and port names no server. */
static void split_authority(struct weir_bytes authority, struct url *url)
{
    const uint8_t *end = authority.data + authority.len, *host = authority.data;
    const uint8_t *at = memrchr(authority.data, '@', authority.len);
    host = at ? at + 1 : host;
    const uint8_t *search = host < end && *host == '[' ? find_any(host, end, "]") : host;
    const uint8_t *colon = find_any(search, end, ":");
    for (const uint8_t *digit = colon + 1; digit < end; digit++) {
        if (!is_digit(*digit)) {
            return;
        }
    }
    if (colon > host) {
        url->host = view(host, colon);
    }
    if (colon < end && colon + 1 < end) {
        url->port = view(colon + 1, end);
    }
}

/* False: no URI. */
static bool parse(struct weir_bytes text, struct url *url)
{
    *url = (struct url){0};
    if (!characters_legal(text)) {
        return false;
    }
    const uint8_t *at = text.data, *end = text.data + text.len;
    url->scheme = take_scheme(&at, end);
    if (!weir_bytes_is_null(url->scheme) && (at == end || *at == '#')) {
        return false; /* nothing after the scheme */
    }
    bool opaque = !weir_bytes_is_null(url->scheme) && *at != '/';
    const uint8_t *hash = find_any(at, end, "#");
    if (hash < end) {
        url->fragment = view(hash + 1, end);
    }
    if (opaque) {
        return true; /* mailto:a@b has neither path nor query */
    }
    if (hash - at >= 2 && at[0] == '/' && at[1] == '/') {
        const uint8_t *stop = find_any(at + 2, hash, "/?");
        split_authority(view(at + 2, stop), url);
        at = stop;
    }
    const uint8_t *mark = find_any(at, hash, "?");
    url->path = view(at, mark);
    if (mark < hash) {
        url->query = view(mark + 1, hash);
    }
    return true;
}

/* %41 is A; plus: + is a blank. Bytes that are no UTF-8 become U+FFFD. False: a wrong escape. */
static bool decode(struct weir_bytes text, bool plus, struct weir_arena *arena,
                   struct weir_bytes *decoded_out)
{
    if (!memchr(text.data, '%', text.len) && !(plus && memchr(text.data, '+', text.len))) {
        *decoded_out = text;
        return true;
    }
    uint8_t *out = weir_arena_alloc(arena, text.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte == '%') {
            int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            byte = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (plus && byte == '+') {
            byte = ' ';
        }
        out[length++] = byte;
    }
    *decoded_out = weir_utf8_repair((struct weir_bytes){out, length}, arena);
    return true;
}

static bool parse_argument(struct weir_evaluation *evaluation, const struct weir_value *argument,
                           struct url *url)
{
    return parse(weir_text_of(argument), url) ||
           weir_evaluation_fail(evaluation, "URL input has invalid syntax");
}

/* A part, its escapes undone, or NULL. */
static bool return_part(struct weir_evaluation *evaluation, struct weir_bytes part, bool decoded,
                        struct weir_value *result)
{
    if (weir_bytes_is_null(part)) {
        return weir_return_null(result);
    }
    if (decoded && !decode(part, false, evaluation->arena, &part)) {
        return weir_evaluation_fail(evaluation, "URL input has invalid syntax");
    }
    return weir_return_text(result, part);
}

#define PART_KERNEL(name, part, decoded) \
    WEIR_KERNEL(name) \
    { \
        struct url url; \
        return parse_argument(evaluation, &arguments[0], &url) && \
               return_part(evaluation, url.part, decoded, result); \
    }
PART_KERNEL(eval_fragment, fragment, true)
PART_KERNEL(eval_host, host, false)
PART_KERNEL(eval_path, path, true)
PART_KERNEL(eval_protocol, scheme, false)
PART_KERNEL(eval_query, query, true)

WEIR_KERNEL(eval_port)
{
    struct url url;
    int32_t port;
    if (!parse_argument(evaluation, &arguments[0], &url)) {
        return false;
    }
    bool there = !weir_bytes_is_null(url.port) &&
                 weir_text_to_int32((const char *)url.port.data, url.port.len, &port);
    return there ? weir_return_integer(result, port) : weir_return_null(result);
}

/* The value of the first parameter of that name in the decoded query; one without = is empty. */
WEIR_KERNEL(eval_parameter)
{
    struct url url;
    struct weir_value query;
    if (!parse_argument(evaluation, &arguments[0], &url) ||
        !return_part(evaluation, url.query, true, &query)) {
        return false;
    }
    const uint8_t *at = query.bytes, *end = at + query.length;
    while (!weir_value_is_null(&query) && at <= end) {
        const uint8_t *stop = find_any(at, end, "&"), *equals = find_any(at, stop, "=");
        if (weir_bytes_equal(view(at, equals), weir_text_of(&arguments[1]))) {
            return weir_return_text(result, view(equals < stop ? equals + 1 : stop, stop));
        }
        at = stop + 1;
    }
    return weir_return_null(result);
}

/* ---- parameters ---- */

WEIR_KERNEL(eval_decode)
{
    struct weir_bytes decoded;
    if (!decode(weir_text_of(&arguments[0]), true, evaluation->arena, &decoded)) {
        return weir_evaluation_fail(evaluation, "URLDecoder: Illegal hex characters in escape");
    }
    return weir_return_text(result, decoded);
}

WEIR_KERNEL(eval_encode)
{
    static const char digits[] = "0123456789ABCDEF";
    struct weir_bytes text = weir_text_of(&arguments[0]);
    uint8_t *out = weir_arena_alloc(evaluation->arena, 3 * text.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (is_letter(byte) || is_digit(byte) || (byte != 0 && strchr(".-*_", byte))) {
            out[length++] = byte;
        } else if (byte == ' ') {
            out[length++] = '+';
        } else {
            out[length++] = '%';
            out[length++] = (uint8_t)digits[byte >> 4];
            out[length++] = (uint8_t)digits[byte & 15];
        }
    }
    return weir_return_text(result, (struct weir_bytes){out, length});
}

#define OF_TEXT(name, kernel, type) \
    static const struct weir_signature name[] = { \
        {.text = "(STRING text) " type, .scalar = (kernel)}}
OF_TEXT(fragment_signatures, eval_fragment, "STRING");
OF_TEXT(host_signatures, eval_host, "STRING");
OF_TEXT(path_signatures, eval_path, "STRING");
OF_TEXT(protocol_signatures, eval_protocol, "STRING");
OF_TEXT(query_signatures, eval_query, "STRING");
OF_TEXT(port_signatures, eval_port, "INTEGER");
OF_TEXT(decode_signatures, eval_decode, "STRING");
OF_TEXT(encode_signatures, eval_encode, "STRING");
static const struct weir_signature parameter_signatures[] = {
    {.text = "(STRING url, STRING name) STRING", .scalar = eval_parameter}};

static const struct weir_function functions[] = {
    WEIR_SCALAR("URL_EXTRACT_FRAGMENT", "URL", fragment_signatures, 0,
                "What follows the # in a URL."),
    WEIR_SCALAR("URL_EXTRACT_HOST", "URL", host_signatures, 0, "The host of a URL."),
    WEIR_SCALAR("URL_EXTRACT_PARAMETER", "URL", parameter_signatures, 0,
                "The value of a parameter of a URL's query."),
    WEIR_SCALAR("URL_EXTRACT_PATH", "URL", path_signatures, 0, "The path of a URL."),
    WEIR_SCALAR("URL_EXTRACT_PORT", "URL", port_signatures, 0,
                "The port of a URL; NULL if it names none."),
    WEIR_SCALAR("URL_EXTRACT_PROTOCOL", "URL", protocol_signatures, 0, "The scheme of a URL."),
    WEIR_SCALAR("URL_EXTRACT_QUERY", "URL", query_signatures, 0, "The query of a URL."),
    WEIR_SCALAR("URL_DECODE_PARAM", "URL", decode_signatures, 0,
                "Text without the escapes that URL parameters have."),
    WEIR_SCALAR("URL_ENCODE_PARAM", "URL", encode_signatures, 0,
                "Text with escapes, for a URL parameter."),
};

WEIR_FAMILY(weir_functions_url, functions);
