/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/status_codes.h"

#include <string.h>

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Three digits of a status; NULL = none stand here. */
static const char *read_code(const char *at, int *code_out)
{
    int code = 0, digit_count = 0;
    while (*at >= '0' && *at <= '9' && digit_count < 4) {
        code = code * 10 + (*at++ - '0');
        digit_count++;
    }
    *code_out = code;
    return digit_count == 3 && code >= STATUS_CODE_MIN && code <= STATUS_CODE_MAX ? at : NULL;
}

/* One number or range; NULL = it is not one. */
static const char *read_range(const char *at, int *first_out, int *last_out)
{
    at = read_code(skip_blanks(at), first_out);
    *last_out = *first_out;
    if (!at) {
        return NULL;
    }
    at = skip_blanks(at);
    if (*at != '-') {
        return at;
    }
    at = skip_blanks(at + 1);
    *last_out = STATUS_CODE_MAX;
    if (*at == ',' || *at == '\0') {
        return at;
    }
    at = read_code(at, last_out);
    return at && *last_out >= *first_out ? skip_blanks(at) : NULL;
}

bool weir_status_codes_read(const char *text, struct status_codes *codes_out,
                            struct weir_error *err)
{
    struct status_codes codes = {0};
    const char *at = skip_blanks(text);
    while (*at) {
        int first, last;
        at = read_range(at, &first, &last);
        if (!at || (*at && *at != ',')) {
            return weir_fail(
                err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                "'%s' is not a list of status codes and ranges like 404,408,500-599 or 400-", text);
        }
        for (int code = first; code <= last; code++) {
            codes.bits[(code - STATUS_CODE_MIN) / 64] |= 1ULL << ((code - STATUS_CODE_MIN) % 64);
        }
        at += *at == ',';
    }
    *codes_out = codes;
    return true;
}

bool weir_status_codes_has(const struct status_codes *codes, int status)
{
    if (status < STATUS_CODE_MIN || status > STATUS_CODE_MAX) {
        return false;
    }
    return codes->bits[(status - STATUS_CODE_MIN) / 64] >> ((status - STATUS_CODE_MIN) % 64) & 1;
}
