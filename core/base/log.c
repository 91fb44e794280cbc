/* SPDX-License-Identifier: Apache-2.0 */
#include "core/base/log.h"

#include "core/base/buffer.h"
#include "core/base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum {
    COMPONENT_COUNT_MAX = 32,
    COMPONENT_BYTES_MAX = 32,
    CONTEXT_BYTES_MAX = 128,
    EVENT_BYTES_MAX = 1024,
    PAIRS_BYTES_MAX = 8192,
    /* Each byte may become six in JSON, so that no line is ever cut in the middle of its syntax. */
    LINE_BYTES_MAX = 6 * (EVENT_BYTES_MAX + PAIRS_BYTES_MAX + CONTEXT_BYTES_MAX) + 1024,
};

static const char *const level_names[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

struct component_level {
    char name[COMPONENT_BYTES_MAX];
    enum weir_log_level level;
};

struct levels {
    enum weir_log_level root;
    struct component_level components[COMPONENT_COUNT_MAX];
    size_t component_count;
};

/* Guarded by mutex, but for most_verbose, the fast way out. */
static struct {
    pthread_mutex_t mutex;
    bool json;
    struct levels levels;
    weir_log_sink_fn sink;
    void *sink_context;
} settings = {.mutex = PTHREAD_MUTEX_INITIALIZER, .levels = {.root = WEIR_LOG_INFO}};
static atomic_int most_verbose = WEIR_LOG_INFO;
static _Thread_local char thread_context[CONTEXT_BYTES_MAX];

static void note_most_verbose(void)
{
    enum weir_log_level most = settings.levels.root;
    for (size_t index = 0; index < settings.levels.component_count; index++) {
        if (settings.levels.components[index].level > most) {
            most = settings.levels.components[index].level;
        }
    }
    atomic_store(&most_verbose, (int)most);
}

void weir_log_configure(enum weir_log_level level, bool json)
{
    pthread_mutex_lock(&settings.mutex);
    settings.levels.root = level;
    settings.json = json;
    note_most_verbose();
    pthread_mutex_unlock(&settings.mutex);
}

static bool level_of(const char *text, size_t length, enum weir_log_level *level_out)
{
    for (size_t level = 0; level < sizeof(level_names) / sizeof(level_names[0]); level++) {
        if (strlen(level_names[level]) == length &&
            strncasecmp(text, level_names[level], length) == 0) {
            *level_out = (enum weir_log_level)level;
            return true;
        }
    }
    return false;
}

static bool set_component(const char *name, size_t length, enum weir_log_level level)
{
    size_t index = 0;
    while (index < settings.levels.component_count &&
           (strlen(settings.levels.components[index].name) != length ||
            memcmp(settings.levels.components[index].name, name, length) != 0)) {
        index++;
    }
    if (index == COMPONENT_COUNT_MAX || length == 0 || length >= COMPONENT_BYTES_MAX) {
        return false;
    }
    struct component_level *component = &settings.levels.components[index];
    memcpy(component->name, name, length);
    component->name[length] = 0;
    component->level = level;
    settings.levels.component_count += index == settings.levels.component_count;
    return true;
}

/* One "level" or "component=level". */
static bool set_one(const char *item, size_t length)
{
    enum weir_log_level level;
    const char *equals = memchr(item, '=', length);
    if (!equals) {
        return level_of(item, length, &settings.levels.root);
    }
    size_t name_length = (size_t)(equals - item);
    return level_of(equals + 1, length - name_length - 1, &level) &&
           set_component(item, name_length, level);
}

static bool set_all(const char *text)
{
    do {
        size_t length = strcspn(text, ",");
        if (!set_one(text, length)) {
            return false;
        }
        text += length + (text[length] == ',');
    } while (*text);
    return true;
}

bool weir_log_levels_set(const char *text)
{
    pthread_mutex_lock(&settings.mutex);
    struct levels before = settings.levels;
    bool known = set_all(text);
    if (!known) {
        settings.levels = before;
    }
    note_most_verbose();
    pthread_mutex_unlock(&settings.mutex);
    return known;
}

static enum weir_log_level component_level(const char *component)
{
    for (size_t index = 0; index < settings.levels.component_count; index++) {
        if (strcmp(settings.levels.components[index].name, component) == 0) {
            return settings.levels.components[index].level;
        }
    }
    return settings.levels.root;
}

enum weir_log_level weir_log_level_get(const char *component)
{
    pthread_mutex_lock(&settings.mutex);
    enum weir_log_level level = component_level(component);
    pthread_mutex_unlock(&settings.mutex);
    return level;
}

void weir_log_sink_set(weir_log_sink_fn sink, void *context)
{
    pthread_mutex_lock(&settings.mutex);
    settings.sink = sink;
    settings.sink_context = context;
    pthread_mutex_unlock(&settings.mutex);
}

void weir_log_context_set(const char *text)
{
    snprintf(thread_context, sizeof(thread_context), "%s", text);
}

static void append_time(struct weir_buffer *line)
{
    int64_t now_ms = weir_clock_wall_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;
    char text[32];
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    weir_buffer_append_format(line, "%s.%03dZ", text, (int)(now_ms % 1000));
}

/* Control bytes of outside text must not forge lines. */
static void append_clean(struct weir_buffer *line, const char *text)
{
    for (; *text; text++) {
        bool control = (unsigned char)*text < 0x20 || *text == 0x7f;
        weir_buffer_append_byte(line, control ? (uint8_t)' ' : (uint8_t)*text);
    }
}

static void append_json_text(struct weir_buffer *line, const char *name, const char *text)
{
    weir_buffer_append_format(line, ",\"%s\":\"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            weir_buffer_append_byte(line, '\\');
        }
        if ((unsigned char)*text < 0x20) {
            weir_buffer_append_format(line, "\\u%04x", (unsigned)(unsigned char)*text);
        } else {
            weir_buffer_append_byte(line, (uint8_t)*text);
        }
    }
    weir_buffer_append_byte(line, '"');
}

static void append_json_line(struct weir_buffer *line, enum weir_log_level level,
                             const char *component, const char *event, const char *pairs)
{
    weir_buffer_append_text(line, "{\"ts\":\"");
    append_time(line);
    weir_buffer_append_byte(line, '"');
    append_json_text(line, "level", level_names[level]);
    append_json_text(line, "component", component);
    if (thread_context[0]) {
        append_json_text(line, "task", thread_context);
    }
    append_json_text(line, "msg", event);
    if (pairs[0]) {
        append_json_text(line, "fields", pairs);
    }
    weir_buffer_append_byte(line, '}');
}

static void append_text_line(struct weir_buffer *line, enum weir_log_level level,
                             const char *component, const char *event, const char *pairs)
{
    append_time(line);
    weir_buffer_append_format(line, " %-5s %s ", level_names[level], component);
    if (thread_context[0]) {
        append_clean(line, thread_context);
        weir_buffer_append_byte(line, ' ');
    }
    append_clean(line, event);
    if (pairs[0]) {
        weir_buffer_append_byte(line, ' ');
        append_clean(line, pairs);
    }
}

static void put_line(enum weir_log_level level, struct weir_buffer *line)
{
    if (settings.sink) {
        settings.sink(level, weir_buffer_text(line), settings.sink_context);
        return;
    }
    weir_buffer_append_byte(line, '\n');
    for (size_t done = 0; done < line->len;) {
        ssize_t written = write(STDERR_FILENO, line->data + done, line->len - done);
        if (written < 0 && errno != EINTR) {
            return;
        }
        done += written > 0 ? (size_t)written : 0;
    }
}

void weir_log(enum weir_log_level level, const char *component, const char *event,
              const char *pairs_format, ...)
{
    if ((int)level > atomic_load_explicit(&most_verbose, memory_order_relaxed)) {
        return;
    }
    char event_cut[EVENT_BYTES_MAX];
    char pairs[PAIRS_BYTES_MAX] = "";
    snprintf(event_cut, sizeof(event_cut), "%s", event);
    if (pairs_format) {
        va_list arguments;
        va_start(arguments, pairs_format);
        vsnprintf(pairs, sizeof(pairs), pairs_format, arguments);
        va_end(arguments);
    }
    pthread_mutex_lock(&settings.mutex);
    if (level <= component_level(component)) {
        weir_auto_buffer line;
        weir_buffer_init(&line, LINE_BYTES_MAX);
        (settings.json ? append_json_line : append_text_line)(&line, level, component, event_cut,
                                                              pairs);
        put_line(level, &line);
    }
    pthread_mutex_unlock(&settings.mutex);
}

bool weir_log_limit_pass(struct weir_log_limit *limit, int64_t interval_ms,
                         uint64_t *suppressed_out)
{
    int64_t now_ms = weir_clock_ms();
    if (now_ms < limit->next_ms) {
        limit->suppressed++;
        return false;
    }
    *suppressed_out = limit->suppressed;
    limit->suppressed = 0;
    limit->next_ms = now_ms + interval_ms;
    return true;
}
