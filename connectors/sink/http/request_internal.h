/* request_internal.h - what request.c and request_headers.c share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_REQUEST_INTERNAL_H
#define WEIR_SINK_HTTP_REQUEST_INTERNAL_H

#include "connectors/sink/http/request.h"

/* One header of a template; REJECT: what the record fills in cannot stand in a header. */
bool weir_request_fill_header(struct request *request, const struct header_template *header,
                              const struct template_record *record, struct weir_error *err);
/* Those configured, those forwarded, those of a CloudEvent. */
bool weir_request_fill_headers(struct request *request, const struct request_settings *settings,
                               const struct template_record *record, struct weir_error *err);
/* But for the trace, which is the first record's. */
bool weir_request_same_headers(const struct request *a, const struct request *b);

#endif
