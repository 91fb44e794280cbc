/* command.h - `weir-processor test`: a SQL program over given records, without Kafka.
 * Threads: main only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_TESTING_COMMAND_H
#define WEIR_PROCESSOR_TESTING_COMMAND_H

/* argv[0] is the first argument after "test". Returns the exit status: 0 done (or as expected), 1
 * not as expected, 2 wrong usage or unreadable files, 3 a statement was rejected or a query
 * died. */
int weir_test_command(int argc, char **argv);

#endif
