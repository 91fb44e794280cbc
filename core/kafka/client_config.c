/* SPDX-License-Identifier: Apache-2.0 */
#include "core/kafka/client_config.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/kafka/kafka_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <syslog.h>

static const char *const security_protocols[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL",
                                                 NULL};
static const char *const sasl_mechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI",
                                              NULL};
static const char *const auth_modes[] = {"KAFKA_API_KEY", NULL};
static const char *const identification[] = {"https", "none", "", NULL};

#define KAFKA(property_name, property_type, default_text, about, ...) \
    { \
        .name = property_name, .type = WEIR_PROPERTY_##property_type, \
        .default_value = default_text, .group = "Kafka", .documentation = about, __VA_ARGS__ \
    }

const struct weir_property weir_kafka_properties[] = {
    KAFKA("bootstrap.servers", LIST, NULL, "Kafka brokers to start from, as host:port.",
          .required = true, .aliases = (const char *const[]){"kafka.endpoint", NULL}),
    KAFKA("client.id", STRING, NULL, "How the broker's logs and quotas name this process.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("security.protocol", STRING, "PLAINTEXT", "How brokers are spoken to.",
          .allowed = security_protocols),
    KAFKA("sasl.mechanism", STRING, NULL, "How this process proves who it is.",
          .allowed = sasl_mechanisms, .aliases = (const char *const[]){"sasl.mechanisms", NULL}),
    KAFKA("sasl.jaas.config", PASSWORD, NULL,
          "User name and password as Java clients write them: "
          "`...LoginModule required username=\"u\" password=\"p\";`."),
    KAFKA("sasl.username", STRING, NULL, "User name, where `sasl.jaas.config` is not given."),
    KAFKA("sasl.password", PASSWORD, NULL, "Password, where `sasl.jaas.config` is not given."),
    KAFKA("kafka.auth.mode", STRING, "KAFKA_API_KEY",
          "Confluent Cloud's name for the only mode there is.", .allowed = auth_modes,
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("kafka.api.key", STRING, NULL,
          "Confluent Cloud's API key: SASL_SSL with PLAIN and this user name."),
    KAFKA("kafka.api.secret", PASSWORD, NULL, "The API key's secret."),
    KAFKA("ssl.truststore.location", STRING, NULL, "PEM file of the certificates that are trusted.",
          .aliases = (const char *const[]){"ssl.ca.location", NULL}),
    KAFKA("ssl.certificate.location", STRING, NULL, "PEM file of this process's certificate."),
    KAFKA("ssl.key.location", STRING, NULL, "PEM file of this process's private key."),
    KAFKA("ssl.key.password", PASSWORD, NULL, "Password of the private key."),
    KAFKA("ssl.keystore.location", STRING, NULL, "PKCS#12 file with certificate and private key."),
    KAFKA("ssl.keystore.password", PASSWORD, NULL, "Password of the PKCS#12 file."),
    KAFKA("ssl.endpoint.identification.algorithm", STRING, "https",
          "Whether the broker's name must fit its certificate.", .allowed = identification),
    KAFKA("producer.override.*", STRING, NULL, "Passed to the producer, as in Connect.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("consumer.override.*", STRING, NULL, "Passed to the consumer, as in Connect.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("admin.override.*", STRING, NULL, "Passed to the admin client, as in Connect.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("producer.*", STRING, NULL, "Passed to the producer; `producer.override.*` wins.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("consumer.*", STRING, NULL, "Passed to the consumer; `consumer.override.*` wins.",
          .importance = WEIR_IMPORTANCE_LOW),
    KAFKA("admin.*", STRING, NULL, "Passed to the admin client; `admin.override.*` wins.",
          .importance = WEIR_IMPORTANCE_LOW),
    {0},
};

/* Java's name, librdkafka's name; NULL: has no meaning here. Names that are the same in both are
 * not listed. */
static const struct {
    const char *java, *ours;
} translations[] = {
    {"max.request.size", "message.max.bytes"},
    {"fetch.max.wait.ms", "fetch.wait.max.ms"},
    {"request.timeout.ms", "socket.timeout.ms"},
    {"send.buffer.bytes", "socket.send.buffer.bytes"},
    {"receive.buffer.bytes", "socket.receive.buffer.bytes"},
    {"ssl.truststore.location", "ssl.ca.location"},
    {"sasl.mechanism", "sasl.mechanisms"},
    {"max.poll.records", NULL},
    {"buffer.memory", NULL},
    {"max.block.ms", NULL},
    {"key.serializer", NULL},
    {"value.serializer", NULL},
    {"key.deserializer", NULL},
    {"value.deserializer", NULL},
    {"sasl.jaas.config", NULL},
};

static const char *const role_names[] = {"producer", "consumer", "admin"};

static bool translate(const char *java, const char **ours_out)
{
    *ours_out = java;
    for (size_t index = 0; index < sizeof(translations) / sizeof(translations[0]); index++) {
        if (strcmp(translations[index].java, java) == 0) {
            *ours_out = translations[index].ours;
            return translations[index].ours != NULL;
        }
    }
    return true;
}

void weir_kafka_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char text[256];
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, name, value, text, sizeof(text));
    weir_assert(result == RD_KAFKA_CONF_OK);
}

/* A checked value of the user: what the library refuses is the user's mistake. */
static bool set_given(const struct weir_config *config, rd_kafka_conf_t *conf, const char *property,
                      const char *name, const char *value, struct weir_error *err)
{
    char text[256];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK) {
        return true;
    }
    return weir_config_fail(config, property, err, "%s", text);
}

static bool pass_through(const struct weir_config *config, enum weir_kafka_role role, bool override,
                         rd_kafka_conf_t *conf, struct weir_error *err)
{
    char prefix[32], overriding[32];
    snprintf(overriding, sizeof(overriding), "%s.override.", role_names[role]);
    snprintf(prefix, sizeof(prefix), "%s.", role_names[role]);
    size_t position = 0;
    const char *name, *value, *ours;
    while (weir_config_next(config, override ? overriding : prefix, &position, &name, &value)) {
        bool overrides = strncmp(name, overriding, strlen(overriding)) == 0;
        if (overrides != override) {
            continue;
        }
        const char *java = name + strlen(override ? overriding : prefix);
        if (!translate(java, &ours)) {
            return weir_config_fail(config, name, err,
                                    "%s has no meaning outside the JVM; remove it", java);
        }
        if (!set_given(config, conf, name, ours, value, err)) {
            return false;
        }
    }
    return true;
}

static bool role_gives(const struct weir_config *config, enum weir_kafka_role role,
                       const char *name)
{
    char key[256];
    snprintf(key, sizeof(key), "%s.%s", role_names[role], name);
    if (weir_config_has(config, key)) {
        return true;
    }
    snprintf(key, sizeof(key), "%s.override.%s", role_names[role], name);
    return weir_config_has(config, key);
}

void weir_kafka_conf_default(const struct weir_config *config, enum weir_kafka_role role,
                             rd_kafka_conf_t *conf, const char *name, const char *value)
{
    if (!role_gives(config, role, name)) {
        weir_kafka_conf_set(conf, name, value);
    }
}

static void log_line(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    enum weir_log_level ours = level <= LOG_ERR ? WEIR_LOG_DEBUG : WEIR_LOG_TRACE;
    weir_log(ours, "kafka", text, "facility=%s", facility);
}

/* Events without a caller. Brokers come and go; who waits for one tells the user. */
static void on_error(rd_kafka_t *client, int code, const char *reason, void *context)
{
    (void)client;
    (void)context;
    weir_log_debug("kafka", "client event", "code=%s reason=%s",
                   rd_kafka_err2name((rd_kafka_resp_err_t)code), reason);
}

/* username="..." or password="..." of a JAAS line, into out. */
static bool jaas_value(const char *jaas, const char *name, char *out, size_t bytes)
{
    const char *found = strstr(jaas, name);
    const char *open = found ? strchr(found, '"') : NULL;
    const char *close = open ? strchr(open + 1, '"') : NULL;
    if (!close || (size_t)(close - open) > bytes) {
        return false;
    }
    snprintf(out, bytes, "%.*s", (int)(close - open - 1), open + 1);
    return true;
}

static bool set_jaas(const struct weir_config *config, rd_kafka_conf_t *conf,
                     struct weir_error *err)
{
    const char *jaas = weir_config_string(config, "sasl.jaas.config");
    char user[1024], password[4096];
    if (!jaas) {
        return true;
    }
    if (!jaas_value(jaas, "username=", user, sizeof(user)) ||
        !jaas_value(jaas, "password=", password, sizeof(password))) {
        return weir_config_fail(config, "sasl.jaas.config", err,
                                "expected username=\"...\" and password=\"...\"");
    }
    weir_kafka_conf_set(conf, "sasl.username", user);
    weir_kafka_conf_set(conf, "sasl.password", password);
    return true;
}

static bool set_security(const struct weir_config *config, rd_kafka_conf_t *conf,
                         struct weir_error *err)
{
    static const char *const copied[][2] = {
        {"client.id", "client.id"},
        {"security.protocol", "security.protocol"},
        {"sasl.mechanism", "sasl.mechanisms"},
        {"sasl.username", "sasl.username"},
        {"sasl.password", "sasl.password"},
        {"ssl.truststore.location", "ssl.ca.location"},
        {"ssl.certificate.location", "ssl.certificate.location"},
        {"ssl.key.location", "ssl.key.location"},
        {"ssl.key.password", "ssl.key.password"},
        {"ssl.keystore.location", "ssl.keystore.location"},
        {"ssl.keystore.password", "ssl.keystore.password"}};
    for (size_t index = 0; index < sizeof(copied) / sizeof(copied[0]); index++) {
        const char *value = weir_config_string(config, copied[index][0]);
        if (value && !set_given(config, conf, copied[index][0], copied[index][1], value, err)) {
            return false;
        }
    }
    const char *algorithm = weir_config_string(config, "ssl.endpoint.identification.algorithm");
    weir_kafka_conf_set(conf, "ssl.endpoint.identification.algorithm",
                        *algorithm ? algorithm : "none");
    const char *key = weir_config_string(config, "kafka.api.key");
    if (key && *key) {
        const char *secret = weir_config_string(config, "kafka.api.secret");
        weir_kafka_conf_set(conf, "security.protocol", "SASL_SSL");
        weir_kafka_conf_set(conf, "sasl.mechanisms", "PLAIN");
        weir_kafka_conf_set(conf, "sasl.username", key);
        weir_kafka_conf_set(conf, "sasl.password", secret ? secret : "");
    }
    return set_jaas(config, conf, err);
}

rd_kafka_conf_t *weir_kafka_conf_create(const struct weir_config *config, enum weir_kafka_role role,
                                        struct weir_error *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, log_line);
    rd_kafka_conf_set_error_cb(conf, on_error);
    weir_kafka_conf_set(conf, "reconnect.backoff.max.ms", "2000");
    weir_kafka_conf_set(conf, "allow.auto.create.topics", "false");
    if (!set_given(config, conf, "bootstrap.servers", "bootstrap.servers",
                   weir_config_string(config, "bootstrap.servers"), err) ||
        !set_security(config, conf, err) || !pass_through(config, role, false, conf, err) ||
        !pass_through(config, role, true, conf, err)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}

bool weir_kafka_config_check(const struct weir_config *config, struct weir_error *err)
{
    for (int role = WEIR_KAFKA_PRODUCER; role <= WEIR_KAFKA_ADMIN; role++) {
        rd_kafka_conf_t *conf = weir_kafka_conf_create(config, (enum weir_kafka_role)role, err);
        if (!conf) {
            return false;
        }
        rd_kafka_conf_destroy(conf);
    }
    return true;
}

rd_kafka_t *weir_kafka_client_create(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                                     struct weir_error *err)
{
    char text[512];
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof(text));
    if (!client) {
        rd_kafka_conf_destroy(conf);
        weir_fail(err, WEIR_ERROR_STOP, WEIR_DOMAIN_CONFIG, 0, "Kafka client: %s", text);
    }
    return client;
}

bool weir_kafka_await_broker(rd_kafka_t *client, const struct weir_config *config,
                             int64_t deadline_ms, struct weir_error *err)
{
    rd_kafka_resp_err_t code;
    do {
        const struct rd_kafka_metadata *metadata = NULL;
        code = rd_kafka_metadata(client, 0, NULL, &metadata,
                                 weir_clock_left_ms(deadline_ms, 1000) + 1);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_metadata_destroy(metadata);
            return true;
        }
    } while (weir_clock_left_ms(deadline_ms, 1) > 0 &&
             weir_kafka_error_action((int)code) == WEIR_ERROR_RETRY);
    return weir_fail(
        err, weir_kafka_error_action((int)code), WEIR_DOMAIN_KAFKA, (int)code,
        "no answer from Kafka at %s: %s; check bootstrap.servers and that the brokers run",
        weir_config_string(config, "bootstrap.servers"), rd_kafka_err2str(code));
}

bool weir_kafka_fail_object(struct weir_error *err, rd_kafka_error_t *error, const char *what)
{
    int code = (int)rd_kafka_error_code(error);
    weir_fail(err, weir_kafka_error_action(code), WEIR_DOMAIN_KAFKA, code, "%s: %s", what,
              rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return false;
}
