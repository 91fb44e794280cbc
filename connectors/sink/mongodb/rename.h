/* rename.h - the post processors RenameByMapping and RenameByRegExp.
 *
 * A field whose new name is there already is dropped, so that nothing is overwritten.
 * Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_MONGODB_RENAME_H
#define WEIR_SINK_MONGODB_RENAME_H

#include "core/base/buffer.h"
#include "connectors/sink/mongodb/settings.h"

/* Appends the fields of document, the one at the rule's path under its new name. */
void weir_rename_by_rule(struct weir_buffer *out, struct weir_bytes document,
                         const struct rename_rule *rule);
/* Appends the fields of document, each under the name that all patterns leave it; root: "key" or
 * "value". */
void weir_rename_by_patterns(struct weir_buffer *out, struct weir_bytes document, const char *root,
                             const struct topic_settings *settings);

#endif
