/* properties.h - the settings that belong to the runtime, not to a connector, as property tables.
 *
 * Names and defaults are Kafka Connect's; where a default differs, its documentation says why. The
 * connector's own table, Kafka's table and these are checked together.
 * Threads: constants. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_PROPERTIES_H
#define WEIR_RUNTIME_PROPERTIES_H

#include "core/config/config.h"
#include "core/config/property.h"

/* Every stage: name, listeners, log.*, supervision. */
extern const struct weir_property weir_worker_properties[];
/* Stages with connectors: connector.class, plugin.path, tasks.max, converters, errors.*. */
extern const struct weir_property weir_connector_properties[];
/* weir-source's task loop: topic.creation.*, offsets, transactions. */
extern const struct weir_property weir_source_task_properties[];
/* weir-sink's task loop: topics, dead letters. */
extern const struct weir_property weir_sink_task_properties[];

/* topics or topics.regex, and no dead letters that come back as records. After
 * weir_config_check. */
bool weir_sink_topics_check(const struct weir_config *config, struct weir_error *err);

#endif
