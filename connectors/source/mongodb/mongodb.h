/* mongodb.h - the MongoDB source connector: change streams and copies of collections to records. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_MONGODB_H
#define WEIR_SOURCE_MONGODB_MONGODB_H

#include "core/record/source.h"

extern const struct weir_source_ops weir_mongodb_source;

#endif
