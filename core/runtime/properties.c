/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/properties.h"

#include <regex.h>
#include <string.h>
#include <strings.h>

static bool check_name(const struct weir_property *property, const char *value,
                       struct weir_error *err)
{
    (void)property;
    enum { NAME_BYTES_MAX = 249 }; /* as a topic's: group and transactional ids are made from it */
    if (value[0] == '\0' || strlen(value) > NAME_BYTES_MAX) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "a name has 1 to %d characters", NAME_BYTES_MAX);
    }
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                             "a name has no control characters");
        }
    }
    return true;
}

static bool check_listeners(const struct weir_property *property, const char *value,
                            struct weir_error *err)
{
    (void)property;
    if (value[0] != '\0' && strncasecmp(value, "http://", 7) != 0) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "expected http://host:port, not '%s'", value);
    }
    const char *colon = strrchr(value, ':');
    if (value[0] != '\0' &&
        (colon < value + 7 || colon[1] == '\0' ||
         strspn(colon + 1, "0123456789") != strlen(colon + 1) || strlen(colon + 1) > 5)) {
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "'%s' has no port: expected http://host:port", value);
    }
    return true;
}

static bool check_regex(const struct weir_property *property, const char *value,
                        struct weir_error *err)
{
    (void)property;
    regex_t regex;
    int code = regcomp(&regex, value, REG_EXTENDED | REG_NOSUB);
    if (code != 0) {
        char reason[128];
        regerror(code, &regex, reason, sizeof(reason));
        return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                         "'%s' is not a regular expression: %s", value, reason);
    }
    regfree(&regex);
    return true;
}

static bool is_log_level(const char *text, size_t length)
{
    static const char *const levels[] = {"error", "warn", "info", "debug", "trace"};
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strlen(levels[i]) == length && strncasecmp(levels[i], text, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_log_level(const struct weir_property *property, const char *value,
                            struct weir_error *err)
{
    (void)property;
    for (const char *rest = value;; rest++) {
        size_t length = strcspn(rest, ",");
        const char *equals = memchr(rest, '=', length);
        const char *level = equals ? equals + 1 : rest;
        if (!is_log_level(level, length - (size_t)(level - rest))) {
            return weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0,
                             "'%s' is not error, warn, info, debug or trace, nor component=level",
                             value);
        }
        rest += length;
        if (*rest == '\0') {
            return true;
        }
    }
}

static const char *const log_formats[] = {"text", "json", NULL};

const struct weir_property weir_worker_properties[] = {
    {.name = "name",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .check = check_name,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Stage",
     .documentation = "The name of this connector or program. It is part of the consumer group "
                      "(`connect-<name>`), of the transactional id and of every metric: keep it "
                      "when the file changes."},
    {.name = "listeners",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "http://127.0.0.1:8083",
     .check = check_listeners,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Stage",
     .documentation =
         "Where the admin port listens: health, readiness, metrics and Kafka Connect's "
         "REST API. Port 0 takes any free one and logs it; empty switches it off. It "
         "has no authentication: leave it on loopback unless the network is trusted."},
    {.name = "log.level",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "info",
     .check = check_log_level,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Stage",
     .documentation = "`error`, `warn`, `info`, `debug` or `trace`, also for one component: "
                      "`info,kafka=debug`. The option `--log` wins."},
    {.name = "log.format",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "text",
     .allowed = log_formats,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Stage",
     .documentation =
         "`text`, or `json` for one JSON object a line. The option `--log-format` wins."},
    {.name = "task.shutdown.graceful.timeout.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "5000",
     .has_range = true,
     .value_min = 1,
     .value_max = 3600000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation = "How long tasks may take to commit and leave after SIGTERM. What was not "
                      "committed by then is done again at the next start."},
    {.name = "startup.timeout.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "30000",
     .has_range = true,
     .value_min = 0,
     .value_max = 86400000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation =
         "A task that has failed and has never been connected after this time ends the "
         "process with status 1: the address or the credentials are probably wrong."},
    {.name = "task.restart.max",
     .type = WEIR_PROPERTY_INT,
     .default_value = "20",
     .has_range = true,
     .value_min = -1,
     .value_max = 1000000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation = "How many times in a row a task is started again after a failure that may "
                      "pass; then the process ends with status 1. -1 is no limit. Kafka Connect "
                      "leaves a failed task FAILED until someone restarts it."},
    {.name = "task.restart.backoff.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "500",
     .has_range = true,
     .value_min = 0,
     .value_max = 3600000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation =
         "The longest wait before the first restart. It doubles with each failure, and "
         "a random part of it is waited."},
    {.name = "task.restart.backoff.max.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "30000",
     .has_range = true,
     .value_min = 0,
     .value_max = 3600000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation = "Where the wait between restarts stops growing."},
    {.name = "readiness.progress.timeout.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "60000",
     .has_range = true,
     .value_min = 1,
     .value_max = 86400000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Supervision",
     .documentation = "`/readyz` answers 503 when a task got nowhere for this long: it is stuck or "
                      "tries the same batch again and again. Waiting for new records is progress."},
    {0},
};

static const char *const tolerances[] = {"none", "data", "all", NULL};
static const char *const converters[] = {
    "org.apache.kafka.connect.storage.StringConverter",
    "org.apache.kafka.connect.json.JsonConverter",
    "org.apache.kafka.connect.converters.ByteArrayConverter",
    NULL,
};
#define CONVERTER_DOCUMENTATION \
    "What the bytes are: JSON without a schema around it, text, or bytes as they are. A source's " \
    "own `output.format.*` properties say what it writes; a sink reads by this."

static const char *const header_converters[] = {
    "org.apache.kafka.connect.storage.SimpleHeaderConverter",
    "org.apache.kafka.connect.storage.StringConverter",
    "org.apache.kafka.connect.converters.ByteArrayConverter",
    NULL,
};

const struct weir_property weir_connector_properties[] = {
    {.name = "connector.class",
     .type = WEIR_PROPERTY_STRING,
     .required = true,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Connector",
     .documentation = "Which connector runs: its short name, or the Java class name or simple name "
                      "that Kafka Connect knows it by. `plugins` lists all."},
    {.name = "plugin.path",
     .type = WEIR_PROPERTY_LIST,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Connector",
     .documentation =
         "Folders with connectors built as shared objects (`*.so`), searched after the "
         "built-in ones and `lib/weir/plugins` beside the executable's `bin`."},
    {.name = "tasks.max",
     .type = WEIR_PROPERTY_INT,
     .default_value = "1",
     .has_range = true,
     .value_min = 1,
     .value_max = 256,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Connector",
     .documentation = "The most tasks, each a thread. A sink's tasks share the partitions of its "
                      "topics; a source may make fewer."},
    {.name = "key.converter",
     .type = WEIR_PROPERTY_STRING,
     .allowed = converters,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Format",
     .documentation = CONVERTER_DOCUMENTATION},
    {.name = "value.converter",
     .type = WEIR_PROPERTY_STRING,
     .allowed = converters,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Format",
     .documentation = CONVERTER_DOCUMENTATION},
    {.name = "key.converter.schemas.enable",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "false",
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Format",
     .documentation =
         "Whether a source writes `{\"schema\": ..., \"payload\": ...}`. `false` is not "
         "Connect's default. A sink reads JSON without a schema around it: only "
         "`false`."},
    {.name = "value.converter.schemas.enable",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "false",
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Format",
     .documentation =
         "Whether a source writes `{\"schema\": ..., \"payload\": ...}`. `false` is not "
         "Connect's default. A sink reads JSON without a schema around it: only "
         "`false`."},
    {.name = "header.converter",
     .type = WEIR_PROPERTY_STRING,
     .allowed = header_converters,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Format",
     .documentation = "Headers travel as the bytes they are, whichever of these is named."},
    {.name = "errors.tolerance",
     .override = "mongo.errors.tolerance",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "none",
     .allowed = tolerances,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation =
         "`none`: a record that cannot be delivered ends the task, with its topic, "
         "partition and offset. `all`: it goes to the dead letter queue if there is "
         "one, and is skipped, counted and logged. `data`, MongoDB's word: the same, since a "
         "target that is away is waited for and rejects nothing."},
    {.name = "errors.retry.timeout",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "-1",
     .has_range = true,
     .value_min = -1,
     .value_max = INT64_MAX,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "How many milliseconds a failed delivery is tried again; -1 is for ever. "
                      "Kafka Connect's default of 0 fails the task at the first network error."},
    {.name = "errors.retry.delay.max.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "60000",
     .has_range = true,
     .value_min = 0,
     .value_max = 86400000,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "The longest wait between two tries. Waits start at 300 ms and double."},
    {.name = "errors.log.enable",
     .override = "mongo.errors.log.enable",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "false",
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "Logs each rejected record instead of one line for many."},
    {.name = "errors.log.include.messages",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "false",
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "Adds topic, partition, offset and timestamp of the record to its log line."},
    {.name = "errors.deadletterqueue.topic.name",
     .override = "mongo.errors.deadletterqueue.topic.name",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "",
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation =
         "Where rejected records go when `errors.tolerance` is `all`. The offset is "
         "committed only after the dead letter is durable; a source writes both in one "
         "transaction. Empty: none."},
    {.name = "errors.deadletterqueue.topic.replication.factor",
     .type = WEIR_PROPERTY_INT,
     .default_value = "-1",
     .has_range = true,
     .value_min = -1,
     .value_max = 32767,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "Replicas of the dead letter queue when it is created; -1 is the broker's "
                      "default."},
    {.name = "errors.deadletterqueue.context.headers.enable",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "true",
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Errors",
     .documentation = "Adds Kafka Connect's `__connect.errors.*` headers, which say where the "
                      "record came from and why it was rejected."},
    {0},
};

static const char *const boundaries[] = {"poll", "interval", NULL};
static const char *const supports[] = {"requested", "required", NULL};
static const char *const offset_topic_aliases[] = {"offsets.storage.topic", NULL};

const struct weir_property weir_source_task_properties[] = {
    {.name = "topic.creation.enable",
     .type = WEIR_PROPERTY_BOOLEAN,
     .default_value = "true",
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Topic creation",
     .documentation = "Whether missing topics are created."},
    {.name = "topic.creation.default.partitions",
     .type = WEIR_PROPERTY_INT,
     .default_value = "-1",
     .has_range = true,
     .value_min = -1,
     .value_max = 100000,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Topic creation",
     .documentation = "Partitions of topics that are created; -1 is the broker's default."},
    {.name = "topic.creation.default.replication.factor",
     .type = WEIR_PROPERTY_INT,
     .default_value = "-1",
     .has_range = true,
     .value_min = -1,
     .value_max = 32767,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Topic creation",
     .documentation = "Replicas of topics that are created; -1 is the broker's default."},
    {.name = "topic.creation.default.*",
     .type = WEIR_PROPERTY_STRING,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Topic creation",
     .documentation =
         "Any topic property, as in `topic.creation.default.cleanup.policy: compact`."},
    {.name = "offset.storage.topic",
     .type = WEIR_PROPERTY_STRING,
     .aliases = offset_topic_aliases,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Offsets",
     .documentation = "The compacted topic that holds where the source stands, in Kafka Connect's "
                      "format; created when missing. Default: `<name>-offsets`."},
    {.name = "offset.storage.replication.factor",
     .type = WEIR_PROPERTY_INT,
     .default_value = "-1",
     .has_range = true,
     .value_min = -1,
     .value_max = 32767,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Offsets",
     .documentation =
         "Replicas of the offsets topic when it is created; -1 is the broker's default."},
    {.name = "offset.storage.partitions",
     .type = WEIR_PROPERTY_INT,
     .default_value = "1",
     .has_range = true,
     .value_min = 1,
     .value_max = 1000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Offsets",
     .documentation = "Partitions of the offsets topic when it is created. One stage needs one; "
                      "Kafka Connect's 25 are for a cluster of many connectors."},
    {.name = "exactly.once.support",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "requested",
     .allowed = supports,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Transactions",
     .documentation = "Both mean the same here: records and offsets are always written in one "
                      "transaction."},
    {.name = "transaction.boundary",
     .type = WEIR_PROPERTY_STRING,
     .default_value = "interval",
     .allowed = boundaries,
     .importance = WEIR_IMPORTANCE_MEDIUM,
     .group = "Transactions",
     .documentation = "`interval` commits after `transaction.boundary.interval.ms`, `poll` after "
                      "each batch."},
    {.name = "transaction.boundary.interval.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "100",
     .has_range = true,
     .value_min = 0,
     .value_max = 60000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Transactions",
     .documentation = "How long a transaction stays open while records come: the delay that a "
                      "`read_committed` consumer sees."},
    {0},
};

const struct weir_property weir_sink_task_properties[] = {
    {.name = "topics",
     .type = WEIR_PROPERTY_LIST,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Topics",
     .documentation = "The topics to read, separated by commas. Either this or `topics.regex`."},
    {.name = "topics.regex",
     .type = WEIR_PROPERTY_STRING,
     .check = check_regex,
     .importance = WEIR_IMPORTANCE_HIGH,
     .group = "Topics",
     .documentation = "A regular expression (POSIX extended) that whole topic names match."},
    {.name = "offset.flush.interval.ms",
     .type = WEIR_PROPERTY_LONG,
     .default_value = "1000",
     .has_range = true,
     .value_min = 1,
     .value_max = 3600000,
     .importance = WEIR_IMPORTANCE_LOW,
     .group = "Offsets",
     .documentation = "How often offsets of delivered records are committed. Kafka Connect's 60 "
                      "seconds mean a minute of records delivered again after a crash."},
    {0},
};

bool weir_sink_topics_check(const struct weir_config *config, struct weir_error *err)
{
    bool listed = weir_config_list(config, "topics")[0] != NULL;
    const char *regex = weir_config_string(config, "topics.regex");
    bool matched = regex && regex[0] != '\0';
    if (listed == matched) {
        return weir_config_fail(config, "topics", err,
                                listed ? "give 'topics' or 'topics.regex', not both"
                                       : "missing: give 'topics' or 'topics.regex'");
    }
    static const char *const envelopes[] = {"key.converter.schemas.enable",
                                            "value.converter.schemas.enable"};
    for (size_t index = 0; index < 2; index++) {
        if (weir_config_boolean(config, envelopes[index])) {
            return weir_config_fail(config, envelopes[index], err,
                                    "JSON wrapped in {\"schema\", \"payload\"} is not read by a "
                                    "sink; set this to false");
        }
    }
    const char *dead_letters = weir_config_string(config, "errors.deadletterqueue.topic.name");
    for (const char *const *topic = weir_config_list(config, "topics"); *topic; topic++) {
        if (strcmp(*topic, dead_letters) == 0) {
            return weir_config_fail(config, "errors.deadletterqueue.topic.name", err,
                                    "the dead letter queue cannot be one of 'topics'");
        }
    }
    return true;
}
