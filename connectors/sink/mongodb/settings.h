/* settings.h - what the configuration says about one topic: its own overrides, else the connector's
 * values.
 *
 * Threads: read-only once read. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_SETTINGS_H
#define WEIR_SINK_MONGODB_SETTINGS_H

#include "connectors/sink/mongodb/projection.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/regex.h"
#include "core/config/config.h"
#include "core/config/property.h"

#include <stdbool.h>
#include <stddef.h>

enum id_strategy {
    ID_KAFKA_METADATA,
    ID_OBJECT_ID,
    ID_UUID,
    ID_FULL_KEY,
    ID_PROVIDED_IN_KEY,
    ID_PROVIDED_IN_VALUE,
    ID_UUID_IN_KEY,
    ID_UUID_IN_VALUE,
    ID_PARTIAL_KEY,
    ID_PARTIAL_VALUE,
};

enum write_strategy {
    WRITE_DEFAULT, /* insert what has an _id of weir's own making, replace the rest; measurements are
                      inserted */
    WRITE_REPLACE_ONE,
    WRITE_INSERT_ONE,
    WRITE_UPDATE_ONE,
    WRITE_UPDATE_TIMESTAMPS,
    WRITE_REPLACE_BUSINESS_KEY,
    WRITE_UPDATE_BUSINESS_KEY,
    WRITE_DELETE_ONE,
    WRITE_DELETE_BUSINESS_KEY,
};

/* Of change.data.capture.handler: what the values are events of. */
enum change_handler {
    CHANGE_NONE,
    CHANGE_MONGODB,
    CHANGE_DEBEZIUM_OPLOG,
    CHANGE_DEBEZIUM_STREAM,
    CHANGE_DEBEZIUM_ROW,
    CHANGE_QLIK,
};

enum processor_kind {
    PROCESSOR_ID_ADDER,
    PROCESSOR_KAFKA_META,
    PROCESSOR_NULL_REMOVER,
    PROCESSOR_PROJECT_KEY,
    PROCESSOR_PROJECT_VALUE,
    PROCESSOR_RENAME,
    PROCESSOR_RENAME_PATTERN,
};

/* What text in certain fields becomes. */
enum value_transform {
    TRANSFORM_NONE,
    TRANSFORM_OBJECT_ID,
    TRANSFORM_DATE,
    TRANSFORM_UUID,
    TRANSFORM_DECIMAL,
    TRANSFORM_LONG,
    TRANSFORM_DOUBLE,
};

/* {"oldName": "value.a.b", "newName": "c"}, taken apart. */
struct rename_rule {
    bool of_key;
    const char *path; /* "a.b" */
    const char *new_name;
};

/* {"regexp": "value\\.a\\..*", "pattern": "_", "replace": "-"}. */
struct rename_pattern {
    struct weir_regex *path; /* of the whole of value.a.b */
    struct weir_regex *name;
    const char *replace; /* with $1 as in Java */
};

/* A collection whose documents are measurements. */
struct timeseries_settings {
    const char *time_field; /* "" = none */
    const char *meta_field, *granularity;
    int64_t expire_after_s;
    bool converts;
    const char *date_format;
};

struct processor {
    enum processor_kind kind;
    struct projection projection; /* PROJECT_* */
};

struct topic_settings {
    const char *topic;
    const char *database, *collection;
    /* FieldPathNamespaceMapper; NULL = not used. */
    const char *database_field, *collection_field;
    bool database_field_of_key, collection_field_of_key;
    bool invalid_namespace_fails;
    enum id_strategy id_strategy;
    bool id_overwrites;
    bool uuid_is_binary;
    struct projection key_projection, value_projection; /* of the Partial* ids */
    enum write_strategy write_strategy;
    bool delete_on_null;
    enum write_strategy delete_strategy;
    struct processor *processors;
    size_t processor_count;
    const struct rename_rule *rules; /* of RenameByMapping; ends with a NULL path */
    struct rename_pattern *patterns; /* of RenameByRegExp */
    size_t pattern_count;
    enum value_transform transform;
    const char *const *transform_fields; /* ends with NULL */
    struct timeseries_settings timeseries;
    size_t batch_size_max; /* SIZE_MAX = no limit */
    bool ordered;
    int32_t rate_timeout_ms, rate_every_n;
    enum change_handler change_handler;
    bool change_drops_nulls;
};

/* Of the connector, ends with {0}. */
extern const struct weir_property weir_mongodb_sink_properties[];

/* Everything is borrowed from config or copied into the arena; NULL = err says which property may
 * not stand. */
const struct topic_settings *weir_mongodb_sink_settings(const struct weir_config *config,
                                                        const char *topic, struct weir_arena *arena,
                                                        struct weir_error *err);
/* What does not live in the arena. */
void weir_mongodb_sink_settings_release(const struct topic_settings *settings);
/* Checks the connector's own settings and each topic's overrides. */
bool weir_mongodb_sink_validate(const struct weir_config *config, struct weir_error *err);

#endif
