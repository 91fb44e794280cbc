/* bench.h - what the benchmark programs share: clocks, one line of results, and the fish.
 *
 * The programs are small on purpose: each does one thing with a client library and nothing else, as
 * the limit that a stage is compared with, or makes load, or measures from outside.
 * Threads: none of these is shared. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_BENCH_H
#define WEIR_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

double bench_now_s(void);
int64_t bench_wall_ms(void);
/* CPU time of this process, all threads. */
double bench_cpu_s(void);

void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* argv[index] as a number; ends the process when it is missing or not one. */
int64_t bench_number(int argc, char **argv, int index, const char *what);
const char *bench_argument(int argc, char **argv, int index, const char *fallback);

/* KAFKA_BOOTSTRAP and MONGODB_URI, as scripts/services prints them. */
const char *bench_kafka(void);
const char *bench_mongodb(void);

/* A run counted from inside: begin, count as records pass, end. "Steady" is what lies between a
 * tenth and nine tenths. */
struct bench_run {
    int64_t target, count;
    double begin_s, first_s;
    double from_s, from_cpu_s, to_s, to_cpu_s;
};

void bench_run_begin(struct bench_run *run, int64_t target);
void bench_run_count(struct bench_run *run, int64_t records);
/* Prints one JSON object. */
void bench_run_end(const struct bench_run *run);

/* Sorts values and prints their count, p50, p90, p99 and maximum as one JSON object. */
void bench_print_latencies(const char *name, double *values_ms, size_t count, int64_t sent);

/* Fish number i, the same each time. Half of the windows of a minute are badly predicted. */
struct bench_fish {
    char id[16];
    const char *species;
    double length, height, width, weight, prediction, error;
    int station;
};

void bench_fish(struct bench_fish *fish, int64_t number, bool badly_predicted);
/* JSON of about 190 bytes; returns the length. */
size_t bench_prediction_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms);
size_t bench_weight_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms);
size_t bench_diff_json(char *text, size_t size, const struct bench_fish *fish);
size_t bench_retrain_json(char *text, size_t size, const struct bench_fish *fish, int64_t ts_ms);

#endif
