/* queue.h - a bounded queue of pointers between threads; complete hand-off of ownership.
 *
 * Full: push waits. Empty: pop waits. Closed: push fails at once, pop drains what is left and then
 * fails. Guards its own ring by one mutex; the items themselves are not guarded: who popped owns.
 * Threads: any number on both ends. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BASE_QUEUE_H
#define WEIR_BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weir_queue;

struct weir_queue *weir_queue_create(size_t item_count_max);
/* The items left in it are the caller's: pop them first. */
void weir_queue_destroy(struct weir_queue *queue);
/* Takes item on success only. deadline_ms by weir_clock_ms(), INT64_MAX = none. False: closed or
 * too late. */
bool weir_queue_push(struct weir_queue *queue, void *item, int64_t deadline_ms);
/* NULL: closed and empty, or too late. */
void *weir_queue_pop(struct weir_queue *queue, int64_t deadline_ms);
void weir_queue_close(struct weir_queue *queue);
size_t weir_queue_count(struct weir_queue *queue);

#endif
