/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/sink/http/rehearsal.h"

#include <string.h>
#include <strings.h>

/* Whether a secret is in the value, or the value among the headers that are secret. */
static bool is_secret(const char *value, const struct weir_config *config)
{
    const char *hidden = weir_config_given(config, "sensitive.headers");
    if (hidden && *value && strstr(hidden, value)) {
        return true;
    }
    for (const struct weir_property *row = weir_http_sink_properties; row->name; row++) {
        const char *secret =
            row->type == WEIR_PROPERTY_PASSWORD ? weir_config_given(config, row->name) : NULL;
        if (secret && *secret && strstr(value, secret)) {
            return true;
        }
    }
    return false;
}

static bool is_signature(const char *name)
{
    return strcasecmp(name, "webhook-signature") == 0;
}

static void print_url(const struct request *request, const struct http_sink_settings *settings,
                      FILE *out)
{
    const char *url = (const char *)request->url.data;
    bool has_key = settings->request.query_api_key != NULL;
    size_t shown = has_key ? strcspn(url, "?") : request->url.len;
    fprintf(out, "%s %.*s%s\n", request->method, (int)shown, url, has_key ? "?***" : "");
}

void weir_rehearsal_print(const struct request *request, const struct http_sink_settings *settings,
                          const struct weir_config *config, FILE *out)
{
    print_url(request, settings, out);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct weir_http_header *header = &request->headers[i];
        bool hidden = is_signature(header->name) || is_secret(header->value, config);
        fprintf(out, "%s: %s\n", header->name, hidden ? "***" : header->value);
    }
    bool basic = strcasecmp(weir_config_string(config, "auth.type"), "BASIC") == 0;
    if (basic || weir_http_sink_uses_oauth(config)) {
        fprintf(out, "Authorization: ***\n");
    }
    fputc('\n', out);
    fwrite(request->body.data, 1, request->body.len, out);
    fputs(request->body.len > 0 ? "\n\n" : "\n", out);
}
