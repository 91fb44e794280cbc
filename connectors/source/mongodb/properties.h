/* properties.h - the settings of the MongoDB source: MongoDB's connector's names, and Confluent
 * Cloud's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_PROPERTIES_H
#define WEIR_SOURCE_MONGODB_PROPERTIES_H

#include "core/config/property.h"

extern const struct weir_property weir_mongodb_source_properties[];

#endif
