/* cloud_event.h - records as CloudEvents 1.0 in HTTP's protocol binding: binary (attributes as ce-
 * headers, the value as body) or structured (one JSON object, or a JSON array of them in a batch).
 *
 * id is the record's place (topic-partition-offset, or topic-key-windowstart of a windowed key), so
 * that the same event has the same id whenever it is sent.
 * Threads: any. Allocates: in the arena given. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_CLOUD_EVENT_H
#define WEIR_SINK_HTTP_CLOUD_EVENT_H

#include "connectors/sink/http/template.h"
#include "core/record/converter.h"

#include <stdbool.h>

enum cloud_event_mode { CLOUD_EVENT_NONE, CLOUD_EVENT_BINARY, CLOUD_EVENT_STRUCTURED };

struct cloud_event_settings {
    enum cloud_event_mode mode;
    const struct template *source, *type, *subject; /* subject: NULL or empty = none */
};

/* Calls add for each attribute of the binary form, values percent-encoded as headers want them. */
typedef void (*weir_cloud_event_fn)(void *context, const char *header, const char *value);
bool weir_cloud_event_headers(const struct cloud_event_settings *settings,
                              const struct template_record *record, struct weir_arena *arena,
                              weir_cloud_event_fn add, void *context, struct weir_error *err);

/* Appends the JSON object of one event; data is the text of a JSON value, a text, or bytes, as
 * format says. */
bool weir_cloud_event_append(const struct cloud_event_settings *settings,
                             const struct template_record *record, struct weir_bytes data,
                             enum weir_data_format format, struct weir_arena *arena,
                             struct weir_buffer *out, struct weir_error *err);

/* topic-partition-offset, or topic-key-windowstart; safe in a header whatever the key holds. */
const char *weir_record_id(const struct template_record *record, struct weir_arena *arena);

#endif
