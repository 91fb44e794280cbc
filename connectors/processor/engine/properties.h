/* properties.h - the settings of weir-processor: ksqlDB's and Kafka Streams' names. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_PROPERTIES_H
#define WEIR_PROCESSOR_ENGINE_PROPERTIES_H

#include "core/config/property.h"

extern const struct weir_property weir_processor_properties[];

#endif
