/* split_event.h - events above 16 MB, which a server with $changeStreamSplitLargeEvent sends in
 * fragments.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SOURCE_MONGODB_SPLIT_EVENT_H
#define WEIR_SOURCE_MONGODB_SPLIT_EVENT_H

#include "core/base/buffer.h"

/* Zeroed = no fragment is waiting for the next. */
struct weir_split_event {
    struct weir_buffer fields, joined;
    bool pending;
};

void weir_split_event_fini(struct weir_split_event *split);
/* True: *whole_out is an event, the given one or the one that its fragments make (borrowed until
 * the next call); its resume token is the last fragment's. False: more fragments follow. */
bool weir_split_event_add(struct weir_split_event *split, struct weir_bytes event,
                          struct weir_bytes *whole_out);

#endif
