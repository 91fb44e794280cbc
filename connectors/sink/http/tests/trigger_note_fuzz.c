/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/trigger.h"

#include "core/base/error.h"

enum { NOTE_BYTES_MAX = 4096 };

/* Any bytes as a note; what was understood of it can be written again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const struct trigger_options options = {true, 1000, 86400000};
    struct trigger *trigger = weir_trigger_create(&options);
    weir_auto_buffer note;
    weir_buffer_init(&note, NOTE_BYTES_MAX);
    weir_trigger_assign(trigger, "t", 0, (struct weir_bytes){data, bytes});
    weir_trigger_write_note(trigger, weir_trigger_partition(trigger, "t", 0), NOTE_BYTES_MAX,
                            &note);
    weir_assert(!note.overflow);
    weir_trigger_destroy(trigger);
    return 0;
}
