/* progress.h - how far a program has got, seen from outside.
 *
 * The sum of what was asked for: end offsets of topics (read committed), offsets that a group has
 * committed, documents in a collection, a number in a file that another process keeps.
 * Threads: one owner. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BENCH_PROGRESS_H
#define WEIR_BENCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct bench_progress;

struct bench_progress *bench_progress_create(void);
void bench_progress_add_topic(struct bench_progress *progress, const char *topic);
/* The group must be set before topics that it consumes are added. */
void bench_progress_set_group(struct bench_progress *progress, const char *group);
void bench_progress_add_consumed(struct bench_progress *progress, const char *topic);
/* name is DATABASE.COLLECTION. */
void bench_progress_set_collection(struct bench_progress *progress, const char *name);
/* A file of eight bytes, the count in host order. */
void bench_progress_set_counter(struct bench_progress *progress, const char *path);
/* 0 while it cannot be told. */
int64_t bench_progress_read(struct bench_progress *progress);
/* Whether the group has still to read records of the repartition topics that begin with prefix. */
bool bench_progress_undrained(struct bench_progress *progress, const char *prefix);

#endif
