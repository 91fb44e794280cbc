/* with.h - the WITH clause: which properties there are, and their values checked.
 *
 * Threads: any. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_PLAN_WITH_H
#define WEIR_PROCESSOR_PLAN_WITH_H

#include "connectors/processor/plan/metastore.h"
#include "connectors/processor/sql/ast.h"

enum weir_with_for {
    WEIR_WITH_SOURCE, /* CREATE STREAM|TABLE (...) */
    WEIR_WITH_SINK,   /* CREATE ... AS SELECT */
};

/* NULL and 0: not written. */
struct weir_properties {
    struct weir_place place;
    const char *topic;
    const char *key_format, *value_format; /* upper case */
    struct weir_place key_format_place, value_format_place;
    int32_t partitions;
    int16_t replicas;
    int64_t retention_ms;
    const char *timestamp, *timestamp_format; /* a column's name, exact */
    struct weir_place timestamp_place;
    bool has_wrap, wrap; /* WRAP_SINGLE_VALUE */
    struct weir_place wrap_place;
    enum weir_window_kind window;
    int64_t window_size_ms;
    bool window_hops;
    char key_delimiter, value_delimiter;
    /* What only formats with a schema registry take: "fullSchemaName", "schemaId". */
    const char *key_schema_config, *value_schema_config;
    struct weir_place schema_place;
};

bool weir_properties_read(struct weir_arena *arena, const struct weir_with *with,
                          enum weir_with_for what, struct weir_properties *properties_out,
                          struct weir_error *err);

/* The format called `name` with its delimiter; `inherited` gives the delimiter when none is
 * written. */
bool weir_properties_format(const struct weir_properties *properties, bool key, const char *name,
                            const struct weir_format *inherited, struct weir_format *format_out,
                            struct weir_error *err);

/* Sets timestamp_out from TIMESTAMP and TIMESTAMP_FORMAT, checked against the schema. */
bool weir_properties_timestamp(const struct weir_properties *properties,
                               const struct weir_schema *schema,
                               struct weir_timestamp *timestamp_out, struct weir_error *err);

/* Whether single values of the format go without an object around them: WRAP_SINGLE_VALUE, else the
 * session's ksql.persistence.wrap.single.values. */
bool weir_properties_unwrap(const struct weir_properties *properties,
                            const struct weir_metastore *metastore,
                            const struct weir_schema *schema, struct weir_format *format,
                            struct weir_error *err);

#endif
