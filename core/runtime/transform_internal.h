/* transform_internal.h - one transform and one predicate, for transform*.c only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_TRANSFORM_INTERNAL_H
#define WEIR_RUNTIME_TRANSFORM_INTERNAL_H

#include "core/base/regex.h"
#include "core/runtime/transform.h"

#include <stdbool.h>

enum { WEIR_TRANSFORM_FIELDS_MAX = 32 };

struct weir_transform;
/* A field of a record, and what it becomes. Borrowed from the configuration or the transform's
 * arena. */
struct weir_transform_field {
    struct weir_bytes name;
    struct weir_bytes quoted; /* the name as a JSON string, and a colon */
    struct weir_bytes
        /* ReplaceField: the new name, quoted; InsertField: the JSON value, null = of the record */
        other;
};

struct weir_predicate {
    bool (*test)(const struct weir_predicate *predicate, const struct weir_record *record);
    const char *alias;
    struct weir_bytes name;   /* HasHeaderKey */
    struct weir_regex *regex; /* TopicNameMatches; owned */
};

/* What Cast and TimestampConverter make of a value. */
enum weir_transform_target {
    WEIR_TRANSFORM_INT8,
    WEIR_TRANSFORM_INT16,
    WEIR_TRANSFORM_INT32,
    WEIR_TRANSFORM_INT64,
    WEIR_TRANSFORM_FLOAT32,
    WEIR_TRANSFORM_FLOAT64,
    WEIR_TRANSFORM_BOOLEAN,
    WEIR_TRANSFORM_TEXT,
    WEIR_TRANSFORM_UNIX,
    WEIR_TRANSFORM_DATE,    /* days since the epoch, as Connect's JSON has them */
    WEIR_TRANSFORM_TIME,    /* milliseconds of the day */
    WEIR_TRANSFORM_INSTANT, /* milliseconds since the epoch */
};

/* Where InsertField takes a value from. */
enum weir_transform_origin {
    WEIR_TRANSFORM_STATIC,
    WEIR_TRANSFORM_TOPIC,
    WEIR_TRANSFORM_TIMESTAMP,
};

struct weir_transform {
    const char *alias;
    enum weir_transform_result (*apply)(const struct weir_transform *transform,
                                        struct weir_record *record, struct weir_arena *arena,
                                        struct weir_error *err);
    bool on_key;                                                   /* $Key; else $Value */
    struct weir_transform_field fields[WEIR_TRANSFORM_FIELDS_MAX]; /* ReplaceField: include */
    enum weir_transform_origin origins[WEIR_TRANSFORM_FIELDS_MAX];
    size_t field_count;
    struct weir_transform_field excluded[WEIR_TRANSFORM_FIELDS_MAX],
        renamed[WEIR_TRANSFORM_FIELDS_MAX];
    size_t excluded_count, renamed_count;
    struct weir_regex *regex; /* RegexRouter; owned */
    const char *replacement;  /* RegexRouter, MaskField */
    enum weir_transform_target
        targets[WEIR_TRANSFORM_FIELDS_MAX]; /* Cast; [0] TimestampConverter */
    const char *format;                     /* TimestampConverter; NULL: none */
    int64_t units_per_s;                    /* TimestampConverter: of unix times */
    const struct weir_predicate *predicate; /* NULL: always */
    bool negate;
};

/* What a transform is made from. */
struct weir_transform_setup {
    const struct weir_config *config;
    const char *group; /* "transforms" or "predicates" */
    const char *alias;
    struct weir_arena *arena; /* lives as long as the chain */
};

/* A type of transform: its settings and how it is made of them. */
struct weir_transform_type {
    const char *name; /* without package, with $Key or $Value */
    bool on_key;
    const char *const *settings; /* ends with NULL */
    enum weir_transform_result (*apply)(const struct weir_transform *transform,
                                        struct weir_record *record, struct weir_arena *arena,
                                        struct weir_error *err);
    bool (*read)(const struct weir_transform_setup *setup, struct weir_transform *transform,
                 struct weir_error *err);
};

/* Ends with an empty row: transform_fields.c, transform_values.c, transform_topic.c. */
extern const struct weir_transform_type weir_transform_field_types[];
extern const struct weir_transform_type weir_transform_value_types[];
extern const struct weir_transform_type weir_transform_topic_types[];

/* The value of <group>.<alias>.<setting>; NULL: not given. */
const char *weir_transform_setting(const struct weir_transform_setup *setup, const char *setting);
/* Fails naming <group>.<alias>.<setting>. */
bool weir_transform_fail(const struct weir_transform_setup *setup, const char *setting,
                         struct weir_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The Java package taken off. */
const char *weir_transform_short_name(const char *type);
/* Fills err (REJECT) and returns FAIL. */
enum weir_transform_result weir_transform_reject(const struct weir_transform *transform,
                                                 struct weir_error *err, const char *why);

/* ---- transform_time.c: java.text.SimpleDateFormat, UTC ---- */

/* NULL, or the first letter of the pattern that is not known. */
const char *weir_transform_time_check(const char *pattern);
bool weir_transform_time_read(const char *pattern, struct weir_bytes text, int64_t *time_ms_out);
struct weir_bytes weir_transform_time_write(const char *pattern, int64_t time_ms,
                                            struct weir_arena *arena);

/* ---- transform_predicate.c ---- */

/* The predicate setup->alias; false: err. */
bool weir_predicate_read(const struct weir_transform_setup *setup, struct weir_predicate *predicate,
                         struct weir_error *err);
void weir_predicate_fini(struct weir_predicate *predicate);

#endif
