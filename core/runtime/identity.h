/* identity.h - who this process is, over restarts: host name and admin port (docs/adr/0006).
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_RUNTIME_IDENTITY_H
#define WEIR_RUNTIME_IDENTITY_H

#include "core/config/config.h"

/* "<host>-<port>", owned; NULL when the admin port is 0 or off, so that nothing tells two processes
 * apart. */
char *weir_process_identity(const struct weir_config *config);

#endif
