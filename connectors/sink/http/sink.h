/* sink.h - the sink connector for HTTP. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_SINK_HTTP_SINK_H
#define WEIR_SINK_HTTP_SINK_H

#include "core/record/sink.h"

extern const struct weir_sink_ops weir_http_sink;

#endif
