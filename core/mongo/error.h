/* error.h - what a MongoDB error means for the one who asked.
 * Threads: any. Allocates: never. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_MONGO_ERROR_H
#define WEIR_MONGO_ERROR_H

#include "core/base/error.h"

#include <stdint.h>

/* Of a code that a server answered with: RETRY = it or its replica set is changing or overloaded;
 * STOP = no rights, no such user; REJECT = this command cannot work, another may. */
enum weir_error_action weir_mongo_server_action(int32_t code);

#endif
