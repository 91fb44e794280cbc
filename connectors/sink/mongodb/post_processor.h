/* post_processor.h - the steps of post.processor.chain.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_POST_PROCESSOR_H
#define WEIR_SINK_MONGODB_POST_PROCESSOR_H

#include "connectors/sink/mongodb/work.h"

/* The whole chain of the record's topic, on key and value. */
bool weir_post_processor_run(struct work *work, struct weir_error *err);

#endif
