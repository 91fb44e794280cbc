/* rehearsal.h - a request as a dry run shows it.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_REHEARSAL_H
#define WEIR_SINK_HTTP_REHEARSAL_H

#include "connectors/sink/http/request.h"

#include <stdio.h>

/* Method, URL, headers and body, secrets of the configuration as ***; the body as it is before
 * compression. */
void weir_rehearsal_print(const struct request *request, const struct http_sink_settings *settings,
                          const struct weir_config *config, FILE *out);

#endif
