/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef weir_fail
#undef weir_fail_at
#undef weir_fail_within

__attribute__((format(printf, 5, 0))) static void fill(struct weir_error *err,
                                                       enum weir_error_action action,
                                                       enum weir_error_domain domain, int code,
                                                       const char *format, va_list arguments)
{
    weir_assert(err->action == WEIR_ERROR_NONE);
    err->action = action;
    err->domain = domain;
    err->code = code;
    vsnprintf(err->message, sizeof(err->message), format, arguments);
}

bool weir_fail(struct weir_error *err, enum weir_error_action action, enum weir_error_domain domain,
               int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, action, domain, code, format, arguments);
    va_end(arguments);
    return false;
}

bool weir_fail_at(struct weir_error *err, enum weir_error_domain domain, uint32_t line,
                  uint32_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, WEIR_ERROR_STOP, domain, 0, format, arguments);
    va_end(arguments);
    err->line = line;
    err->column = column;
    return false;
}

bool weir_fail_within(struct weir_error *err, const char *format, ...)
{
    char inner[WEIR_ERROR_MESSAGE_BYTES];
    memcpy(inner, err->message, sizeof(inner));
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(err->message, sizeof(err->message), format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof(err->message)) {
        size_t room = sizeof(err->message) - (size_t)length;
        int written = snprintf(err->message + length, room, ": %s", inner);
        weir_assert(written >= 0);
    }
    return false;
}

void weir_error_clear(struct weir_error *err)
{
    memset(err, 0, sizeof(*err));
}

void weir_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "weir: %s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
