/* SPDX-License-Identifier: Apache-2.0 */
/* Linked into weir-source-kill, which the integration tests run: kill -9 at the named place.
 * WEIR_KILL_AT=<name> and WEIR_KILL_PASS=<the how manieth time it is passed>, 1 without. */
#include "core/base/fault.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void weir_fault_point(const char *name)
{
    static atomic_long pass_count;
    const char *wanted = getenv("WEIR_KILL_AT"), *pass = getenv("WEIR_KILL_PASS");
    if (!wanted || strcmp(wanted, name) != 0) {
        return;
    }
    if (atomic_fetch_add(&pass_count, 1) + 1 >= (pass ? strtol(pass, NULL, 10) : 1)) {
        kill(getpid(), SIGKILL);
    }
}
