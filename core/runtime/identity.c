/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/identity.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *weir_process_identity(const struct weir_config *config)
{
    const char *listeners = weir_config_string(config, "listeners");
    const char *colon = listeners ? strrchr(listeners, ':') : NULL;
    long port = colon ? strtol(colon + 1, NULL, 10) : 0;
    char host[256] = "";
    if (port <= 0 || gethostname(host, sizeof(host) - 1) != 0) {
        return NULL;
    }
    return weir_format("%s-%ld", host, port);
}
