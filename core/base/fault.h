/* fault.h - places at which a test may end the process, as a crash would.
 *
 * The library's own weir_fault_point does nothing. An executable made for tests brings its own
 * definition, which is linked instead, so that what is installed holds no such code.
 * Threads: any. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_FAULT_H
#define WEIR_BASE_FAULT_H

void weir_fault_point(const char *name);

#endif
