/* A sink connector in one file: the example for authors of others. It includes nothing but
 * core/record and core/base. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/stdout/sink.h"

#include "core/base/buffer.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { LINES_BYTES_MAX = 64 * 1024 * 1024 };

/* 1. What the connector remembers. The runtime allocates it, zeroed, one for each task. */
struct stdout_state {
    struct weir_buffer lines;
    bool as_json;
};

/* 2. Its settings: one row each. They are checked before open is called, and printed by
 * help-config. */
static const char *const formats[] = {"text", "json", NULL};

static const struct weir_property properties[] = {
    {.name = "print.format",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "text",
     .allowed = formats,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Output",
     .documentation = "`text`: `topic-partition@offset key value`, bytes that are not printable as "
                      "`\\xNN`. `json`: one "
                      "object a line, with key and value as strings."},
    {0},
};

static bool stdout_open(void *state, const struct weir_sink_context *context, int64_t deadline_ms,
                        struct weir_error *err)
{
    (void)deadline_ms, (void)err;
    struct stdout_state *printer = state;
    weir_buffer_init(&printer->lines, LINES_BYTES_MAX);
    printer->as_json = strcasecmp(weir_config_string(context->config, "print.format"), "json") == 0;
    return true;
}

/* UTF-8 goes out as it is; controls would spoil the terminal, and lone high bytes the text. */
static void append_printable(struct weir_buffer *out, struct weir_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte < 0x20 || byte == 0x7F) {
            weir_buffer_append_format(out, "\\x%02x", (unsigned)byte);
        } else {
            weir_buffer_append_byte(out, byte);
        }
    }
}

static void append_text(struct weir_buffer *out, struct weir_bytes text)
{
    if (weir_bytes_is_null(text)) {
        weir_buffer_append_text(out, "null");
    } else {
        append_printable(out, text);
    }
}

static void append_json(struct weir_buffer *out, struct weir_bytes text)
{
    if (weir_bytes_is_null(text)) {
        weir_buffer_append_text(out, "null");
        return;
    }
    weir_buffer_append_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte < 0x20) {
            weir_buffer_append_format(out, "\\u%04x", (unsigned)byte);
        } else {
            if (byte == '"' || byte == '\\') {
                weir_buffer_append_byte(out, '\\');
            }
            weir_buffer_append_byte(out, byte);
        }
    }
    weir_buffer_append_byte(out, '"');
}

static void append_record(struct stdout_state *printer, const struct weir_record *record)
{
    struct weir_buffer *out = &printer->lines;
    if (printer->as_json) {
        weir_buffer_append_format(out,
                                  "{\"topic\":\"%s\",\"partition\":%" PRId32 ",\"offset\":%" PRId64
                                  ",\"timestamp\":%" PRId64 ",\"key\":",
                                  record->topic, record->partition, record->offset,
                                  record->timestamp_ms);
        append_json(out, record->key);
        weir_buffer_append_text(out, ",\"value\":");
        append_json(out, record->value);
        weir_buffer_append_text(out, "}\n");
        return;
    }
    weir_buffer_append_format(out, "%s-%" PRId32 "@%" PRId64 " ", record->topic, record->partition,
                              record->offset);
    append_text(out, record->key);
    weir_buffer_append_byte(out, ' ');
    append_text(out, record->value);
    weir_buffer_append_byte(out, '\n');
}

/* write(2), not stdio: DONE means that the line has left this process. */
static bool write_out(const struct weir_buffer *lines, struct weir_error *err)
{
    for (size_t written = 0; written < lines->len;) {
        ssize_t count = write(STDOUT_FILENO, lines->data + written, lines->len - written);
        if (count < 0 && errno != EINTR) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_ERRNO, errno, "standard output: %s",
                             strerror(errno));
        }
        written += count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* 3. Each record gets an outcome. Those that are not RETRY were decided by an earlier try of the
 * same batch. */
static bool stdout_write(void *state, const struct weir_batch *batch, struct weir_outcome *outcomes,
                         int64_t deadline_ms, struct weir_error *err)
{
    (void)deadline_ms;
    struct stdout_state *printer = state;
    for (size_t i = 0; i < batch->record_count; i++) {
        if (outcomes[i].kind != WEIR_OUTCOME_RETRY) {
            continue;
        }
        weir_buffer_reset(&printer->lines);
        append_record(printer, &batch->records[i]);
        if (printer->lines.overflow) {
            outcomes[i].kind = WEIR_OUTCOME_REJECT;
            outcomes[i].reason = "the record is too large to print";
            continue;
        }
        if (!write_out(&printer->lines, err)) {
            return false;
        }
        outcomes[i].kind = WEIR_OUTCOME_DONE;
    }
    return true;
}

/* 4. Also called when open failed. */
static void stdout_close(void *state)
{
    struct stdout_state *printer = state;
    weir_buffer_fini(&printer->lines);
}

static const char *const class_names[] = {"StdoutSink", NULL};

const struct weir_sink_ops weir_stdout_sink = {
    .name = "stdout",
    .class_names = class_names,
    .version = WEIR_VERSION,
    .documentation = "Prints each record on standard output: to look at a topic, and as an example "
                     "of a sink connector.",
    .properties = properties,
    .state_bytes = sizeof(struct stdout_state),
    .open = stdout_open,
    .write = stdout_write,
    .close = stdout_close,
};
