/* reports.h - what became of each record, written to topics as Confluent's HTTP sink does: answers
 * to the success topic, failures to the error topic, one report for each record.
 *
 *   key      the record's
 *   value    the answer's body; of an error a sentence, or the body (report.errors.as)
 *   headers  input_record_topic, _partition, _offset, _timestamp; of an error also status_code, url,
 *            payload, response_content, reason_phrase, error_message, exception
 *
 * Flushed before offsets are committed. Threads: the task's. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_REPORTS_H
#define WEIR_SINK_HTTP_REPORTS_H

#include "connectors/sink/http/request.h"
#include "core/http/client.h"
#include "core/record/sink.h"

#include <stdbool.h>

struct reports;

/* Whether the configuration asks for any. */
bool weir_http_reports_wanted(const struct weir_config *config);
/* Makes the topics that are not there. Returns owned, or NULL. */
struct reports *weir_http_reports_create(const struct weir_sink_context *context,
                                         int64_t deadline_ms, struct weir_error *err);
void weir_http_reports_destroy(struct reports *reports);

/* An answer to a request, whose members are indexes into batch. False: err, RETRY or STOP. */
bool weir_http_reports_success(struct reports *reports, const struct weir_batch *batch,
                               const struct request *request,
                               const struct weir_http_response *response, struct weir_error *err);
/* url without secrets. */
bool weir_http_reports_failure(struct reports *reports, const struct weir_batch *batch,
                               struct request *request, const char *url,
                               const struct weir_http_response *response, struct weir_error *err);
bool weir_http_reports_flush(struct reports *reports, int64_t deadline_ms, struct weir_error *err);

#endif
