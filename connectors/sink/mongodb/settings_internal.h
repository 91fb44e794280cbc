/* settings_internal.h - how settings.c and its helpers look values up: the topic's own override, else
 * the connector's value. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_SETTINGS_INTERNAL_H
#define WEIR_SINK_MONGODB_SETTINGS_INTERNAL_H

#include "connectors/sink/mongodb/settings.h"

/* Where values of one topic come from. */
struct lookup {
    const struct weir_config *config;
    const char *topic;
    struct weir_arena *arena;
};

/* A table of these ends with {0}. */
struct class_name {
    const char *name;
    int value;
};

/* The override's own name, for messages; the connector's when the topic has none. */
const char *weir_lookup_name(const struct lookup *lookup, const char *name);
/* The row of a property, or NULL. */
const struct weir_property *weir_mongodb_sink_row(const char *name);
/* Whatever the property's type; never NULL. */
const char *weir_lookup_text(const struct lookup *lookup, const char *name);
bool weir_lookup_truth(const struct lookup *lookup, const char *name);
int64_t weir_lookup_number(const struct lookup *lookup, const char *name);
/* A Java class by its full name or the part behind the last dot. */
bool weir_find_class(const struct class_name *table, const char *name, int *value_out);
bool weir_lookup_class(const struct lookup *lookup, const char *name,
                       const struct class_name *table, int *value_out, struct weir_error *err);

/* ---- settings_chain.c ---- */

bool weir_settings_read_chain(const struct lookup *lookup, struct topic_settings *settings,
                              struct weir_error *err);

/* ---- settings_timeseries.c ---- */

bool weir_settings_read_timeseries(const struct lookup *lookup, struct topic_settings *settings,
                                   struct weir_error *err);

#endif
