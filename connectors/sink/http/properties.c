/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/settings.h"

static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE", "GET", NULL};
static const char *const null_behaviors[] = {"ignore", "delete", "log", "fail", NULL};
static const char *const error_behaviors[] = {"fail", "ignore", "log", NULL};
static const char *const body_formats[] = {"string", "json", NULL};
static const char *const policies[] = {"EXPONENTIAL_WITH_JITTER", "CONSTANT_VALUE", NULL};
static const char *const auth_types[] = {"NONE", "BASIC", "BEARER", "API_KEY", "OAUTH2", NULL};
static const char *const locations[] = {"HEADER", "QUERY", NULL};
static const char *const auth_modes[] = {"header", "url", NULL};
static const char *const shapes[] = {"auto", "plain", "windowed", "session", NULL};
static const char *const once_per[] = {"window", "record", NULL};
static const char *const decimal_formats[] = {"BASE64", "NUMERIC", NULL};
static const char *const event_modes[] = {"none", "binary", "structured", NULL};
static const char *const aiven_types[] = {"none", "static", "oauth2", NULL};
static const char *const jwt_store_types[] = {"PEM", "PKCS12", NULL};
static const char *const jwt_algorithms[] = {"rs256", NULL};
static const char *const compressions[] = {"none", "gzip", NULL};
static const char *const report_forms[] = {"error_string", "http_response", NULL};
static const char *const report_formats[] = {"json", "string", NULL};
static const char *const store_types[] = {"", "PEM", "PKCS12", "JKS", NULL};
static const char *const identifications[] = {"https", "", NULL};

static const char *const url_aliases[] = {"http.url", NULL};
static const char *const method_aliases[] = {"api1.http.request.method", NULL};
static const char *const headers_aliases[] = {"api1.http.request.headers", NULL};
static const char *const separator_aliases[] = {"api1.http.request.headers.separator", NULL};
static const char *const body_aliases[] = {"api1.http.request.body", NULL};
static const char *const body_format_aliases[] = {"api1.http.request.body.format", NULL};
static const char *const null_aliases[] = {"api1.behavior.on.null.values", NULL};
static const char *const batch_size_aliases[] = {"api1.max.batch.size", NULL};
static const char *const batch_key_aliases[] = {"api1.batch.key.pattern", NULL};
static const char *const batch_prefix_aliases[] = {"api1.batch.prefix", NULL};
static const char *const batch_suffix_aliases[] = {"api1.batch.suffix", NULL};
static const char *const batch_separator_aliases[] = {"batch.seperator", "api1.batch.separator",
                                                      NULL};
static const char *const array_aliases[] = {"api1.batch.json.as.array", NULL};
static const char *const forward_aliases[] = {"api1.forward.kafka.headers", NULL};
static const char *const retries_aliases[] = {"api1.max.retries", NULL};
static const char *const backoff_aliases[] = {"api1.retry.backoff.ms", NULL};
static const char *const policy_aliases[] = {"api1.retry.backoff.policy", NULL};
static const char *const codes_aliases[] = {"api1.retry.on.status.codes", NULL};
static const char *const connect_aliases[] = {"api1.http.connect.timeout.ms", NULL};
static const char *const request_aliases[] = {"api1.http.request.timeout.ms", NULL};

#define HIGH WEIR_IMPORTANCE_HIGH
#define MEDIUM WEIR_IMPORTANCE_MEDIUM
#define LOW WEIR_IMPORTANCE_LOW

#define ROW(name_, type_, default_, group_, importance_, documentation_) \
    .name = name_, .type = type_, .default_value = default_, .importance = importance_, \
    .group = group_, .documentation = documentation_
#define COUNTED(min_, max_) .has_range = true, .value_min = min_, .value_max = max_

const struct weir_property weir_http_sink_properties[] = {
    {ROW("http.api.url", WEIR_PROPERTY_STRING, NULL, "Request", HIGH,
         "Where requests go. A template: `${topic}`, `${key}`, `${partition}`, `${offset}`, "
         "`${timestamp}`, "
         "`${window.start}`, `${header.NAME}` and `${field}` (a field of a JSON value, dotted for "
         "nested ones) are filled "
         "in, percent-encoded. A record that lacks one of them is rejected. Aiven's name: "
         "`http.url`."),
     .check = weir_http_sink_check_template, .aliases = url_aliases},
    {ROW("http.api.base.url", WEIR_PROPERTY_STRING, NULL, "Request", MEDIUM,
         "Instead of `http.api.url`, as in Confluent's HTTP Sink V2: the part that "
         "`api1.http.api.path` follows."),
     .check = weir_http_sink_check_template},
    {ROW("api1.http.api.path", WEIR_PROPERTY_STRING, "", "Request", MEDIUM,
         "With `http.api.base.url`: the path."),
     .check = weir_http_sink_check_template},
    {ROW("apis.num", WEIR_PROPERTY_INT, "1", "Request", LOW,
         "How many APIs V2's configuration has; weir serves one in one connector."),
     COUNTED(1, 1)},
    {ROW("api1.topics", WEIR_PROPERTY_LIST, NULL, "Request", LOW,
         "Accepted; `topics` says what is read.")},
    {ROW("request.method", WEIR_PROPERTY_STRING, "POST", "Request", HIGH,
         "The method; DELETE sends no body, nor does GET without `api1.allow.get.request.body`."),
     .allowed = methods, .aliases = method_aliases},
    {ROW("headers", WEIR_PROPERTY_STRING, "", "Request", HIGH,
         "Headers of each request, `Name: value`, separated by `header.separator`; values are "
         "templates as the URL is."),
     .aliases = headers_aliases},
    {ROW("sensitive.headers", WEIR_PROPERTY_PASSWORD, NULL, "Request", MEDIUM,
         "More headers in the same form, which are never printed.")},
    {ROW("header.separator", WEIR_PROPERTY_STRING, "|", "Request", LOW, "What separates headers."),
     .aliases = separator_aliases},
    {ROW("http.headers.content.type", WEIR_PROPERTY_STRING, NULL, "Request", LOW,
         "Aiven's way to set the Content-Type. Without any, it is `application/json` for JSON and "
         "`text/plain` for "
         "text.")},
    {ROW("http.headers.additional", WEIR_PROPERTY_LIST, "", "Request", LOW,
         "Aiven's way to set headers: `name:value`, separated by commas.")},
    {ROW("forward.kafka.headers", WEIR_PROPERTY_BOOLEAN, "true", "Request", MEDIUM,
         "Whether a record's Kafka headers are sent as HTTP headers. Records that differ in them "
         "are not batched "
         "together. Headers that belong to the connection are never forwarded, nor values with "
         "control characters."),
     .aliases = forward_aliases},
    {ROW("trace.context.forward", WEIR_PROPERTY_BOOLEAN, "true", "Request", LOW,
         "Whether a record's `traceparent` and `tracestate` headers are sent, also where other "
         "Kafka headers are not. A batch carries those of its first record.")},
    {ROW("api1.http.request.parameters", WEIR_PROPERTY_STRING, "", "Request", LOW,
         "V2: query parameters, `name=value`, separated by "
         "`api1.http.request.parameters.separator`; values are templates as the URL is."),
     .check = weir_http_sink_check_template},
    {ROW("api1.http.request.parameters.separator", WEIR_PROPERTY_STRING, "&", "Request", LOW,
         "V2: what separates them.")},
    {ROW("api1.allow.get.request.body", WEIR_PROPERTY_BOOLEAN, "false", "Request", LOW,
         "V2: whether a GET has a body, too.")},
    {ROW("idempotency.header.name", WEIR_PROPERTY_STRING, "Idempotency-Key", "Request", MEDIUM,
         "A header with a value that is the same whenever this request is made again, by a retry "
         "or after a crash, so that "
         "the receiver can drop repeats. Empty: none.")},
    {ROW("idempotency.key", WEIR_PROPERTY_STRING, "", "Request", LOW,
         "A template for that value. Empty: `topic-partition-offset`; for a batch "
         "`topic-partition-first-last` (the same "
         "again on retry; after a crash batches may be cut elsewhere); for a windowed key "
         "`topic-key-windowstart`."),
     .check = weir_http_sink_check_template},
    {ROW("key.format", WEIR_PROPERTY_STRING, "auto", "Request", LOW,
         "`plain`: the key is text. `windowed`: ksqlDB's windowed key, the group key with 8 bytes "
         "of window start behind "
         "it. `session`: with start and end. `auto`: windowed when its last bytes are a time of "
         "this century."),
     .allowed = shapes},

    {ROW("request.body.format", WEIR_PROPERTY_STRING, "string", "Body", MEDIUM,
         "`string`: the value's bytes as they are. `json`: a JSON value; text becomes a JSON "
         "string, and "
         "`batch.json.as.array` applies."),
     .allowed = body_formats, .aliases = body_format_aliases},
    {ROW("request.body", WEIR_PROPERTY_STRING, "", "Body", MEDIUM,
         "A template for the body instead of the value; fields of a JSON value are filled in as "
         "JSON."),
     .check = weir_http_sink_check_template, .aliases = body_aliases},
    {ROW("batch.max.size", WEIR_PROPERTY_INT, "1", "Body", HIGH,
         "The most records in one request. Only records of one partition, with the same URL and "
         "headers, that were read "
         "together are joined; `batch.linger.ms` says how long more are waited for."),
     COUNTED(1, 1000000), .aliases = batch_size_aliases},
    {ROW("batch.max.bytes", WEIR_PROPERTY_INT, "0", "Body", MEDIUM,
         "A request's body is kept below this; a larger record goes alone. 0: only the number of "
         "records counts."),
     COUNTED(0, 64 * 1024 * 1024)},
    {ROW("batch.linger.ms", WEIR_PROPERTY_LONG, "0", "Body", MEDIUM,
         "How long after a first record more are waited for, until there are "
         "`batch.max.size`. 0: what was read together is sent at once."),
     COUNTED(0, 60000)},
    {ROW("batching.enabled", WEIR_PROPERTY_BOOLEAN, "true", "Body", LOW,
         "Aiven's switch: `false` is `batch.max.size` 1.")},
    {ROW("batch.key.pattern", WEIR_PROPERTY_STRING, "", "Body", LOW,
         "A template; only records for which it is the same text are joined."),
     .check = weir_http_sink_check_template, .aliases = batch_key_aliases},
    {ROW("batch.prefix", WEIR_PROPERTY_STRING, "", "Body", LOW, "What a batch begins with."),
     .aliases = batch_prefix_aliases},
    {ROW("batch.suffix", WEIR_PROPERTY_STRING, "", "Body", LOW, "What a batch ends with."),
     .aliases = batch_suffix_aliases},
    {ROW("batch.separator", WEIR_PROPERTY_STRING, ",", "Body", LOW,
         "What stands between records, blanks included."),
     .aliases = batch_separator_aliases},
    {ROW("batch.json.as.array", WEIR_PROPERTY_BOOLEAN, "true", "Body", MEDIUM,
         "With `request.body.format: json`: whether a body is a JSON array, of one record, too."),
     .aliases = array_aliases},

    {ROW("request.compression", WEIR_PROPERTY_STRING, "none", "Body", LOW,
         "`gzip`: bodies are compressed, with `Content-Encoding: gzip`."),
     .allowed = compressions},
    {ROW("api1.http.response.compression.enabled", WEIR_PROPERTY_BOOLEAN, "true", "Body", LOW,
         "V2: whether answers may come compressed.")},
    {ROW("regex.patterns", WEIR_PROPERTY_STRING, "", "Body", LOW,
         "Regular expressions in Java's dialect, separated by `regex.separator`; all their matches "
         "in a record's text are replaced, one expression after the other, before it is "
         "sent.")},
    {ROW("regex.replacements", WEIR_PROPERTY_STRING, "", "Body", LOW,
         "What each is replaced by: as many. `$1` and `${name}` are groups; `${key}`, `${topic}` "
         "and what else a template knows are the record's; a backslash takes the meaning from the "
         "next character.")},
    {ROW("regex.separator", WEIR_PROPERTY_STRING, "~", "Body", LOW, "What separates them.")},
    {ROW("json.decimal.format", WEIR_PROPERTY_STRING, "BASE64", "Body", LOW,
         "How a schema's Decimal is written, `BASE64` or `NUMERIC`. Records without a schema, the "
         "only ones that weir reads, hold plain numbers, which are sent digit by digit as they "
         "are, with either."),
     .allowed = decimal_formats, .aliases = (const char *const[]){"decimal.format", NULL}},
    {ROW("cloudevents.mode", WEIR_PROPERTY_STRING, "none", "CloudEvents", MEDIUM,
         "`binary`: the value is the body, the attributes are `ce-` headers. `structured`: a JSON "
         "object with the attributes and the value; with `batch.max.size` above 1 always an array "
         "of them (`application/cloudevents-batch+json`). The id is that of the record, "
         "`topic-partition-offset`, or `topic-key-windowstart` of a windowed key."),
     .allowed = event_modes},
    {ROW("cloudevents.source", WEIR_PROPERTY_STRING, "/kafka/${topic}", "CloudEvents", LOW,
         "A template: the attribute `source`, a URI reference."),
     .check = weir_http_sink_check_template},
    {ROW("cloudevents.type", WEIR_PROPERTY_STRING, "weir.record", "CloudEvents", LOW,
         "A template: the attribute `type`."),
     .check = weir_http_sink_check_template},
    {ROW("cloudevents.subject", WEIR_PROPERTY_STRING, "${key}", "CloudEvents", LOW,
         "A template: the attribute `subject`; left out when it comes out empty."),
     .check = weir_http_sink_check_template},

    {ROW("behavior.on.null.values", WEIR_PROPERTY_STRING, "ignore", "Errors", MEDIUM,
         "A tombstone is left out (`ignore`), left out with a warning (`log`), sent as DELETE to "
         "the URL, with `/key` behind "
         "it unless the URL has `${key}` (`delete`), or treated as `behavior.on.error` says "
         "(`fail`). A DELETE keeps its "
         "place among the records of its partition."),
     .allowed = null_behaviors, .aliases = null_aliases},
    {ROW("deletes.send.in.order", WEIR_PROPERTY_BOOLEAN, "true", "Errors", LOW, "Always so.")},
    {ROW("behavior.on.error", WEIR_PROPERTY_STRING, "fail", "Errors", HIGH,
         "When a request failed for good: `fail`: its records are rejected (`errors.tolerance` "
         "decides between the dead "
         "letter queue and the end of the task), `log`: a warning, and on, `ignore`: on. Confluent "
         "Cloud's V1 defaults "
         "to `ignore`."),
     .allowed = error_behaviors},
    {ROW("success.status.codes", WEIR_PROPERTY_STRING, "200-299", "Errors", MEDIUM,
         "Statuses that mean success, as numbers and ranges. Add 409 when it means \"runs "
         "already\". A redirect is not "
         "followed."),
     .check = weir_http_sink_check_statuses},
    {ROW("retry.on.status.codes", WEIR_PROPERTY_STRING, "400-", "Errors", MEDIUM,
         "Statuses after which a request is tried again: `404,408,500-599`, `400-`. No answer at "
         "all is always tried again, "
         "with the same Idempotency-Key."),
     .check = weir_http_sink_check_statuses, .aliases = codes_aliases},
    {ROW("max.retries", WEIR_PROPERTY_INT, "5", "Errors", MEDIUM,
         "How often, before `behavior.on.error` applies."),
     COUNTED(0, INT32_MAX), .aliases = retries_aliases},
    {ROW("retry.backoff.ms", WEIR_PROPERTY_INT, "3000", "Errors", MEDIUM,
         "The first wait between tries."),
     COUNTED(1, 86400000), .aliases = backoff_aliases},
    {ROW("retry.backoff.max.ms", WEIR_PROPERTY_INT, "300000", "Errors", LOW,
         "The longest wait between tries."),
     COUNTED(1, 86400000)},
    {ROW("retry.backoff.policy", WEIR_PROPERTY_STRING, "EXPONENTIAL_WITH_JITTER", "Errors", LOW,
         "`EXPONENTIAL_WITH_JITTER`: doubled each time, and between half of it and all of it. "
         "`CONSTANT_VALUE`."),
     .allowed = policies, .aliases = policy_aliases},
    {ROW("retry.after.max.ms", WEIR_PROPERTY_INT, "300000", "Errors", LOW,
         "A longer wait that a Retry-After header asks for is cut to this."),
     COUNTED(0, 86400000)},

    {ROW("circuit.breaker.failures", WEIR_PROPERTY_INT, "0", "Errors", MEDIUM,
         "After so many failures in a row (of whatever requests) nothing is sent for "
         "`circuit.breaker.pause.ms`; then one request at a time, until one succeeds. Records "
         "wait: "
         "while it is so, no failure counts against `max.retries`, and none is left out. 0: there "
         "is no circuit breaker. Give `max.retries` at least this number."),
     COUNTED(0, 1000000)},
    {ROW("circuit.breaker.pause.ms", WEIR_PROPERTY_INT, "30000", "Errors", LOW, "How long."),
     COUNTED(1, 86400000)},
    {ROW("circuit.breaker.on.status.codes", WEIR_PROPERTY_STRING, "429,500-", "Errors", LOW,
         "Statuses that count as such failures, besides no answer at all."),
     .check = weir_http_sink_check_statuses},

    {ROW("trigger.once.per", WEIR_PROPERTY_STRING, "window", "Trigger", HIGH,
         "`window`: of the records with a windowed key, one request is made for each window and "
         "group key, at the first "
         "record with a value; later updates of that row, and tombstones, make none. Which windows "
         "are done is committed "
         "together with the offset and survives a restart. Records without a window are sent each. "
         "`record`: every "
         "record is sent."),
     .allowed = once_per},
    {ROW("trigger.cooldown.ms", WEIR_PROPERTY_LONG, "0", "Trigger", MEDIUM,
         "The least time between two successful requests for one key (of a windowed key, the group "
         "key). Records that come "
         "earlier wait; of those that waited together the newest is sent, and stands for the "
         "others."),
     COUNTED(0, 86400000)},
    {ROW("trigger.retention.ms", WEIR_PROPERTY_LONG, "86400000", "Trigger", LOW,
         "How far behind the newest window of its key a window may start and still make a request; "
         "at least the grace "
         "period of the query that writes the topic."),
     COUNTED(1, INT64_MAX / 4)},

    {ROW("max.in.flight.requests", WEIR_PROPERTY_INT, "1", "Connection", MEDIUM,
         "Requests at a time. With more than one, records of one key (without a key: of one "
         "partition) still go one after "
         "the other."),
     COUNTED(1, 1000)},
    {ROW("http.connect.timeout.ms", WEIR_PROPERTY_INT, "30000", "Connection", MEDIUM,
         "To connect, TLS included."),
     COUNTED(1, 86400000), .aliases = connect_aliases},
    {ROW("http.request.timeout.ms", WEIR_PROPERTY_INT, "30000", "Connection", MEDIUM,
         "From the request to the end of its answer. A request that ran into it may have been "
         "acted on: it is tried "
         "again with the same Idempotency-Key."),
     COUNTED(1, 86400000), .aliases = request_aliases},
    {ROW("http.timeout", WEIR_PROPERTY_INT, NULL, "Connection", LOW,
         "Aiven's way: seconds for the whole request."),
     COUNTED(1, 86400)},
    {ROW("http.proxy.enabled", WEIR_PROPERTY_BOOLEAN, "true", "Connection", LOW,
         "V2: whether the proxy that is given below is used.")},
    {ROW("http.proxy.host", WEIR_PROPERTY_STRING, "", "Connection", MEDIUM,
         "A proxy; empty: none.")},
    {ROW("http.proxy.port", WEIR_PROPERTY_INT, "8080", "Connection", MEDIUM, "Its port."),
     COUNTED(-1, 65535)},
    {ROW("http.proxy.user", WEIR_PROPERTY_STRING, "", "Connection", LOW, "Its user.")},
    {ROW("http.proxy.password", WEIR_PROPERTY_PASSWORD, NULL, "Connection", LOW, "Its password.")},

    {ROW("connection.disallow.local.ips", WEIR_PROPERTY_BOOLEAN, "false", "Connection", MEDIUM,
         "Whether addresses of this host and link-local ones are refused, looked at after the name "
         "was resolved, for each connection. With a proxy its own address is what is looked at.")},
    {ROW("connection.disallow.private.ips", WEIR_PROPERTY_BOOLEAN, "false", "Connection", MEDIUM,
         "The same for 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7.")},
    {ROW("connection.disallow.class.e.ips", WEIR_PROPERTY_BOOLEAN, "false", "Connection", LOW,
         "The same for 240.0.0.0/4.")},
    {ROW("connection.disallow.cidr.ranges", WEIR_PROPERTY_LIST, "", "Connection", LOW,
         "The same for these ranges, as 203.0.113.0/24 or 2001:db8::/32."),
     .check = weir_http_sink_check_ranges},
    {ROW("connection.allow.cidr.ranges", WEIR_PROPERTY_LIST, "", "Connection", LOW,
         "Ranges that are allowed all the same. Given without anything disallowed: the only ones "
         "allowed."),
     .check = weir_http_sink_check_ranges},

    {ROW("auth.type", WEIR_PROPERTY_STRING, "NONE", "Authentication", HIGH,
         "`NONE`, `BASIC` (`connection.user`, `connection.password`), `BEARER` (`bearer.token`), "
         "`API_KEY` (`api.key.*`) or "
         "`OAUTH2` (client credentials)."),
     .allowed = auth_types},
    {ROW("connection.user", WEIR_PROPERTY_STRING, "", "Authentication", MEDIUM,
         "BASIC: the user.")},
    {ROW("connection.password", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", MEDIUM,
         "BASIC: the password.")},
    {ROW("bearer.token", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", MEDIUM,
         "BEARER: the token.")},
    {ROW("api.key.location", WEIR_PROPERTY_STRING, "HEADER", "Authentication", LOW,
         "API_KEY: `HEADER` or `QUERY`."),
     .allowed = locations},
    {ROW("api.key.name", WEIR_PROPERTY_STRING, "X-API-KEY", "Authentication", LOW,
         "API_KEY: the header's or the query parameter's name.")},
    {ROW("api.key.value", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", MEDIUM,
         "API_KEY: the key.")},
    {ROW("http.headers.authorization", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", LOW,
         "Aiven's way (`http.authorization.type: static`): the whole Authorization header.")},
    {ROW("http.authorization.type", WEIR_PROPERTY_STRING, NULL, "Authentication", LOW,
         "Aiven's name: `none`, `static` or `oauth2`."),
     .allowed = aiven_types},
    {ROW("oauth2.token.url", WEIR_PROPERTY_STRING, "", "Authentication", MEDIUM,
         "OAUTH2: where tokens come from."),
     .aliases = (const char *const[]){"oauth2.access.token.url", NULL}},
    {ROW("oauth2.client.id", WEIR_PROPERTY_STRING, "", "Authentication", MEDIUM,
         "OAUTH2: the client.")},
    {ROW("oauth2.client.secret", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", MEDIUM,
         "OAUTH2: its secret.")},
    {ROW("oauth2.client.scope", WEIR_PROPERTY_STRING, "any", "Authentication", LOW,
         "OAUTH2: the scope asked for; empty: none is sent.")},
    {ROW("oauth2.client.auth.mode", WEIR_PROPERTY_STRING, "header", "Authentication", LOW,
         "OAUTH2: `header` sends id and secret as Basic authentication, `url` as fields of the "
         "form."),
     .allowed = auth_modes,
     .aliases = (const char *const[]){"oauth2.client.authorization.mode", NULL}},
    {ROW("oauth2.client.headers", WEIR_PROPERTY_STRING, "", "Authentication", LOW,
         "OAUTH2: more headers of requests for a token, `Name: value`, separated by "
         "`oauth2.client.header.separator`. The Content-Type is the form's.")},
    {ROW("oauth2.client.header.separator", WEIR_PROPERTY_STRING, "|", "Authentication", LOW,
         "What separates them.")},
    {ROW("oauth2.grant.type", WEIR_PROPERTY_STRING, "client_credentials", "Authentication", LOW,
         "OAUTH2: the grant type asked for.")},
    {ROW("oauth2.request.grant.type.property", WEIR_PROPERTY_STRING, "grant_type", "Authentication",
         LOW, "OAUTH2: the form's field for it.")},
    {ROW("oauth2.request.client.id.property", WEIR_PROPERTY_STRING, "client_id", "Authentication",
         LOW, "OAUTH2: the form's field for the client, with mode `url`.")},
    {ROW("oauth2.request.client.secret.property", WEIR_PROPERTY_STRING, "client_secret",
         "Authentication", LOW, "OAUTH2: the form's field for the secret, with mode `url`.")},
    {ROW("oauth2.jwt.enabled", WEIR_PROPERTY_BOOLEAN, "false", "Authentication", LOW,
         "OAUTH2: whether a signed JSON Web Token goes with the request, as the form's field "
         "`jwt_token`.")},
    {ROW("oauth2.jwt.keystore.path", WEIR_PROPERTY_STRING, "", "Authentication", LOW,
         "The RSA key that signs it: a PEM or PKCS12 file.")},
    {ROW("oauth2.jwt.keystore.password", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", LOW,
         "Its password.")},
    {ROW("oauth2.jwt.keystore.type", WEIR_PROPERTY_STRING, "PEM", "Authentication", LOW,
         "`PEM` or `PKCS12`. Java's JKS, the default of Confluent's, is not read."),
     .allowed = jwt_store_types},
    {ROW("oauth2.jwt.claimset", WEIR_PROPERTY_STRING, "", "Authentication", LOW,
         "Its claims, a JSON object; `iat` and `exp` are added where it has none.")},
    {ROW("oauth2.jwt.signature.algorithm", WEIR_PROPERTY_STRING, "rs256", "Authentication", LOW,
         "How it is signed."),
     .allowed = jwt_algorithms},
    {ROW("oauth2.token.property", WEIR_PROPERTY_STRING, "access_token", "Authentication", LOW,
         "OAUTH2: the field of the answer with the token."),
     .aliases = (const char *const[]){"oauth2.response.token.property", NULL}},
    {ROW("oauth2.token.renew.on.status.codes", WEIR_PROPERTY_STRING, "401", "Authentication", LOW,
         "OAUTH2: statuses after which a token is fetched anew, once for each try, at no cost of "
         "tries."),
     .check = weir_http_sink_check_statuses},
    {ROW("hmac.secret", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", MEDIUM,
         "Requests are signed as Standard Webhooks says: `webhook-id` (the request's own "
         "idempotency key), `webhook-timestamp` (of each try) and `webhook-signature`, an "
         "HMAC-SHA256 of `id.timestamp.body` over the body's bytes as they are sent. "
         "`whsec_` and base64, or the key's text."),
     .check = weir_http_sink_check_secret},
    {ROW("hmac.secret.previous", WEIR_PROPERTY_PASSWORD, NULL, "Authentication", LOW,
         "A second signature with this secret stands beside the first, while receivers change "
         "over."),
     .check = weir_http_sink_check_secret},
    {ROW("oauth2.client.audience", WEIR_PROPERTY_STRING, "", "Authentication", LOW,
         "OAUTH2: the audience asked for; empty: none is sent.")},

    {ROW("https.ssl.truststore.location", WEIR_PROPERTY_STRING, NULL, "TLS", MEDIUM,
         "A PEM file of certificate authorities to trust instead of the system's."),
     .aliases = (const char *const[]){"http.ssl.truststore.location", NULL}},
    {ROW("https.ssl.truststore.certificates", WEIR_PROPERTY_PASSWORD, NULL, "TLS", MEDIUM,
         "The same certificates as text.")},
    {ROW("https.ssl.truststore.type", WEIR_PROPERTY_STRING, "", "TLS", LOW,
         "`PEM`. Java's JKS and PKCS12 trust stores are not read."),
     .allowed = store_types},
    {ROW("https.ssl.truststore.password", WEIR_PROPERTY_PASSWORD, NULL, "TLS", LOW,
         "Not needed for PEM."),
     .aliases = (const char *const[]){"http.ssl.truststore.password", NULL}},
    {ROW("https.ssl.keystore.location", WEIR_PROPERTY_STRING, NULL, "TLS", MEDIUM,
         "The client's certificate and key: a PEM or PKCS12 file.")},
    {ROW("https.ssl.keystore.certificate.chain", WEIR_PROPERTY_PASSWORD, NULL, "TLS", MEDIUM,
         "The client's certificate as PEM text, with `https.ssl.keystore.key`.")},
    {ROW("https.ssl.keystore.key", WEIR_PROPERTY_PASSWORD, NULL, "TLS", MEDIUM,
         "The client's key as PEM text.")},
    {ROW("https.ssl.keystore.type", WEIR_PROPERTY_STRING, "", "TLS", LOW,
         "`PEM` or `PKCS12`; empty: as the file's content shows."),
     .allowed = store_types},
    {ROW("https.ssl.keystore.password", WEIR_PROPERTY_PASSWORD, NULL, "TLS", MEDIUM,
         "Of the PKCS12 file.")},
    {ROW("https.ssl.key.password", WEIR_PROPERTY_PASSWORD, NULL, "TLS", MEDIUM,
         "Of an encrypted key.")},
    {ROW("https.ssl.endpoint.identification.algorithm", WEIR_PROPERTY_STRING, "https", "TLS", LOW,
         "`https` compares the host's name with the certificate; empty does not."),
     .allowed = identifications},
    {ROW("https.ssl.enabled.protocols", WEIR_PROPERTY_LIST, "TLSv1.2,TLSv1.3", "TLS", LOW,
         "Versions that may be spoken: `TLSv1.2`, `TLSv1.3`; of what lies between, all."),
     .check = weir_http_sink_check_protocols},
    {ROW("https.ssl.cipher.suites", WEIR_PROPERTY_LIST, "", "TLS", LOW,
         "Cipher suites that may be used, by their names in RFCs and Java, as "
         "`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; empty: the library's."),
     .check = weir_http_sink_check_ciphers},
    {ROW("https.host.verifier.enabled", WEIR_PROPERTY_BOOLEAN, "true", "TLS", LOW,
         "Confluent Cloud's name for whether the host's name is compared with the certificate.")},
    {ROW("https.ssl.keystorefile", WEIR_PROPERTY_PASSWORD, NULL, "TLS", LOW,
         "Confluent Cloud's form of the client's key store: a PKCS12 or PEM file in base64, also "
         "as a `data:` URI."),
     .check = weir_http_sink_check_blob},
    {ROW("https.ssl.truststorefile", WEIR_PROPERTY_PASSWORD, NULL, "TLS", LOW,
         "Confluent Cloud's form of the trust store: a PEM file in base64."),
     .check = weir_http_sink_check_blob},
    {ROW("http.ssl.trust.all.certs", WEIR_PROPERTY_BOOLEAN, "false", "TLS", LOW,
         "Aiven's name: whether any certificate will do. For tests only.")},

    {ROW("reporter.bootstrap.servers", WEIR_PROPERTY_LIST, NULL, "Reports", MEDIUM,
         "The cluster that reports go to; given, both topics are written. Otherwise the "
         "connector's own, and only topics named below are written. Reports are durable before "
         "offsets are committed.")},
    {ROW("reporter.producer.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Passed to the producer of that cluster; its security is for all clients of it.")},
    {ROW("reporter.admin.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Passed to its admin client.")},
    {ROW("report.errors.as", WEIR_PROPERTY_STRING, "error_string", "Reports", MEDIUM,
         "The value of an error's report: a sentence (`error_string`), or the answer's body as it "
         "is (`http_response`)."),
     .allowed = report_forms},
    {ROW("api1.report.only.status.code.to.success.topic", WEIR_PROPERTY_BOOLEAN, "false", "Reports",
         LOW, "V2: whether a success is reported by its status alone.")},
    {ROW("reporter.result.topic.name", WEIR_PROPERTY_STRING, "${connector}-success", "Reports",
         MEDIUM,
         "A topic for the answers to successful requests, one report for each record. Empty: "
         "none.")},
    {ROW("reporter.result.topic.partitions", WEIR_PROPERTY_INT, "1", "Reports", LOW,
         "Partitions of that topic, when it is made."),
     COUNTED(1, 100000)},
    {ROW("reporter.result.topic.replication.factor", WEIR_PROPERTY_INT, "3", "Reports", LOW,
         "Its replicas."),
     COUNTED(-1, 1000)},
    {ROW("reporter.result.topic.key.format", WEIR_PROPERTY_STRING, "json", "Reports", LOW,
         "`json`: the record's key as a JSON string. `string`: as it is."),
     .allowed = report_formats},
    {ROW("reporter.result.topic.value.format", WEIR_PROPERTY_STRING, "json", "Reports", LOW,
         "`json`: the text as a JSON string. `string`: as it is."),
     .allowed = report_formats},
    {ROW("reporter.result.topic.key.format.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Accepted."),
     .obsolete = "reports have no schema"},
    {ROW("reporter.result.topic.value.format.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Accepted."),
     .obsolete = "reports have no schema"},
    {ROW("reporter.error.topic.name", WEIR_PROPERTY_STRING, "${connector}-error", "Reports", MEDIUM,
         "A topic for requests that failed for good, one report for each record, whatever "
         "`behavior.on.error`. Empty: none.")},
    {ROW("reporter.error.topic.partitions", WEIR_PROPERTY_INT, "1", "Reports", LOW,
         "Partitions of that topic, when it is made."),
     COUNTED(1, 100000)},
    {ROW("reporter.error.topic.replication.factor", WEIR_PROPERTY_INT, "3", "Reports", LOW,
         "Its replicas."),
     COUNTED(-1, 1000)},
    {ROW("reporter.error.topic.key.format", WEIR_PROPERTY_STRING, "json", "Reports", LOW,
         "`json`: the record's key as a JSON string. `string`: as it is."),
     .allowed = report_formats},
    {ROW("reporter.error.topic.value.format", WEIR_PROPERTY_STRING, "json", "Reports", LOW,
         "`json`: the text as a JSON string. `string`: as it is."),
     .allowed = report_formats},
    {ROW("reporter.error.topic.key.format.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Accepted."),
     .obsolete = "reports have no schema"},
    {ROW("reporter.error.topic.value.format.*", WEIR_PROPERTY_STRING, NULL, "Reports", LOW,
         "Accepted."),
     .obsolete = "reports have no schema"},

    {ROW("https.ssl.protocol", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "OpenSSL chooses, within https.ssl.enabled.protocols"},
    {ROW("https.ssl.provider", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "a matter of the JVM"},
    {ROW("https.ssl.engine.factory.class", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW,
         "Accepted."),
     .obsolete = "a matter of the JVM"},
    {ROW("https.ssl.keymanager.algorithm", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW,
         "Accepted."),
     .obsolete = "a matter of the JVM"},
    {ROW("https.ssl.trustmanager.algorithm", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW,
         "Accepted."),
     .obsolete = "a matter of the JVM"},
    {ROW("https.ssl.secure.random.implementation", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW,
         "Accepted."),
     .obsolete = "a matter of the JVM"},
    {ROW("ssl.enabled", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "the URL says whether TLS is spoken"},
    {ROW("kafka.retry.backoff.ms", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "retry.backoff.ms says how long tries are apart"},
    {ROW("csfle.*", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "weir does not encrypt fields"},
    {ROW("use.open.api.spec", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "the URL, method and body are given by properties"},
    {ROW("open.api.spec.*", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "the URL, method and body are given by properties"},
    {ROW("api1.test.api", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "no test record is sent"},
    {ROW("confluent.*", WEIR_PROPERTY_STRING, NULL, "Obsolete", LOW, "Accepted."),
     .obsolete = "weir needs no licence"},
    {0},
};
