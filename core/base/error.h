/* error.h - what went wrong, and what the one who can act shall do about it.
 *
 * A function that can fail returns bool (or a pointer, NULL = failed) and takes `struct weir_error
 * *err` last: never NULL, zeroed by its owner, untouched on success. An error is returned or
 * logged, never both.
 * Threads: a value without sharing. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_ERROR_H
#define WEIR_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

enum weir_error_action {
    WEIR_ERROR_NONE = 0,
    WEIR_ERROR_RETRY,  /* the same call may work later: back off, try again */
    WEIR_ERROR_REJECT, /* this record is bad: dead-letter or skip it, go on */
    WEIR_ERROR_STOP,   /* nothing will help: stop the task, exit non-zero */
};

/* Whose number `code` is. */
enum weir_error_domain {
    WEIR_DOMAIN_WEIR = 0,
    WEIR_DOMAIN_CONFIG, /* the user's configuration: exit status 2 */
    WEIR_DOMAIN_SQL,    /* the user's SQL text: exit status 2; line and column are set */
    WEIR_DOMAIN_ERRNO,
    WEIR_DOMAIN_KAFKA, /* rd_kafka_resp_err_t */
    WEIR_DOMAIN_MONGO, /* server error code, or bson_error_t code */
    WEIR_DOMAIN_HTTP,  /* HTTP status, or CURLcode when below 100 */
};

enum { WEIR_ERROR_MESSAGE_BYTES = 1024 };

struct weir_error {
    enum weir_error_action action;
    enum weir_error_domain domain;
    int code;
    uint32_t line, column; /* 1-based place in the text that the user wrote; 0 = none */
    char message[WEIR_ERROR_MESSAGE_BYTES]; /* "outer context: inner context: cause"; no secrets */
};

/* Fills err, which must still be empty, and returns false. */
bool weir_fail(struct weir_error *err, enum weir_error_action action, enum weir_error_domain domain,
               int code, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same with a place in the user's text. Action STOP, code 0. */
bool weir_fail_at(struct weir_error *err, enum weir_error_domain domain, uint32_t line,
                  uint32_t column, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Puts "<context>: " in front of the message of a filled err and returns false. */
bool weir_fail_within(struct weir_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Tells analysers, which do not look into other files, what the three above return. */
#ifdef __clang_analyzer__
#define weir_fail(...) (weir_fail(__VA_ARGS__), false)
#define weir_fail_at(...) (weir_fail_at(__VA_ARGS__), false)
#define weir_fail_within(...) (weir_fail_within(__VA_ARGS__), false)
#endif

void weir_error_clear(struct weir_error *err);

/* Ends the process with a message: a bug of ours, on in release builds too. Never for outside
 * data. */
#define weir_assert(condition) \
    ((condition) ? (void)0 : weir_assert_failed(#condition, __FILE__, __LINE__))
_Noreturn void weir_assert_failed(const char *condition, const char *file, int line);

#endif
