/* commit_note.h - what goes beside an instance's committed offsets, as text: which plan they belong
 * to, the operators' stream times, and where a restore from source topics begins.
 *
 *   <query id>/<sub-topology>#<fingerprint>=<base64 of the times>,<offset of source 0>,...;
 *
 * Threads: the instance's owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_ENGINE_COMMIT_NOTE_H
#define WEIR_PROCESSOR_ENGINE_COMMIT_NOTE_H

#include "connectors/processor/engine/instance.h"

/* Appends the note of all tasks. */
void weir_commit_note_write(const struct weir_instance *instance, struct weir_buffer *out);
/* Gives the tasks their times and the instance its restore offsets. STOP: the offsets were committed
 * by a program with another topology, whose state cannot be read as this one's. */
bool weir_commit_note_read(struct weir_instance *instance, const char *note,
                           struct weir_error *err);

#endif
