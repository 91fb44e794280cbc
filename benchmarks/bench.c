/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmarks/bench.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double bench_now_s(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

int64_t bench_wall_ms(void)
{
    return (int64_t)(seconds_of(CLOCK_REALTIME) * 1000);
}

double bench_cpu_s(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

void bench_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

int64_t bench_number(int argc, char **argv, int index, const char *what)
{
    if (index >= argc) {
        bench_die("%s: %s is missing", argv[0], what);
    }
    char *end;
    errno = 0;
    long long number = strtoll(argv[index], &end, 10);
    if (errno != 0 || *end != '\0' || end == argv[index]) {
        bench_die("%s: %s is not a number: %s", argv[0], what, argv[index]);
    }
    return number;
}

const char *bench_argument(int argc, char **argv, int index, const char *fallback)
{
    return index < argc ? argv[index] : fallback;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL || *value == '\0') {
        bench_die("%s is not set; scripts/services up prints it", name);
    }
    return value;
}

const char *bench_kafka(void)
{
    return environment("KAFKA_BOOTSTRAP");
}

const char *bench_mongodb(void)
{
    return environment("MONGODB_URI");
}

void bench_run_begin(struct bench_run *run, int64_t target)
{
    *run = (struct bench_run){.target = target, .begin_s = bench_now_s()};
}

void bench_run_count(struct bench_run *run, int64_t records)
{
    int64_t before = run->count;
    run->count += records;
    if (before == 0 && records > 0) {
        run->first_s = bench_now_s();
    }
    int64_t tenth = run->target / 10;
    if (before < tenth && run->count >= tenth) {
        run->from_s = bench_now_s();
        run->from_cpu_s = bench_cpu_s();
    }
    if (before < 9 * tenth && run->count >= 9 * tenth) {
        run->to_s = bench_now_s();
        run->to_cpu_s = bench_cpu_s();
    }
}

/* getrusage's peak would count what the parent had before exec. */
static double peak_mb(void)
{
    char line[256];
    long peak_kb = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmHWM: %ld", &peak_kb) == 1) {
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return (double)peak_kb / 1024;
}

void bench_run_end(const struct bench_run *run)
{
    double seconds = bench_now_s() - run->begin_s, cpu_s = bench_cpu_s();
    double part = 0.8 * (double)run->target, count = (double)run->count;
    printf("{\"records\":%" PRId64
           ",\"first_ms\":%.1f,\"steady_rate\":%.0f,\"steady_per_cpu\":%.0f,"
           "\"whole_seconds\":%.3f,\"whole_rate\":%.0f,\"whole_cpu_s\":%.3f,\"whole_per_cpu\":%.0f,"
           "\"rss_mb\":%.1f}\n",
           run->count, (run->first_s - run->begin_s) * 1000, part / (run->to_s - run->from_s),
           part / (run->to_cpu_s - run->from_cpu_s), seconds, count / seconds, cpu_s, count / cpu_s,
           peak_mb());
    fflush(stdout);
}

static int compare_doubles(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

void bench_print_latencies(const char *name, double *values_ms, size_t count, int64_t sent)
{
    if (count == 0) {
        bench_die("%s: nothing arrived of %" PRId64, name, sent);
    }
    qsort(values_ms, count, sizeof *values_ms, compare_doubles);
    printf("{\"name\":\"%s\",\"sent\":%" PRId64 ",\"arrived\":%zu,\"p50_ms\":%.1f,\"p90_ms\":%.1f,"
           "\"p99_ms\":%.1f,\"max_ms\":%.1f}\n",
           name, sent, count, values_ms[count / 2], values_ms[count * 9 / 10],
           values_ms[count * 99 / 100], values_ms[count - 1]);
    fflush(stdout);
}
