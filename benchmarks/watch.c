/* SPDX-License-Identifier: Apache-2.0 */
/* watch: runs a command and measures it from outside until it has done its work.
 *
 *   watch [--topic T]... [--group G --consumed T...] [--drain PREFIX] [--collection DB.C]
 *         [--counter FILE] [--idle SECONDS] [--limit SECONDS] --target COUNT -- COMMAND ARGUMENT...
 *
 * Progress is what these have grown by (see progress.h); with --drain the end is when the group has
 * read its repartition topics too. Each sample takes the CPU time of the command's process and its
 * children with all their threads, so that what is reported is its own cost and nobody
 * else's. Prints one JSON object; then ends the command with SIGTERM. */
#include "benchmarks/bench.h"
#include "benchmarks/progress.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAMPLES_MAX = 40000, FIRST_WAIT_US = 5000, WAIT_US = 50000 };

struct sample {
    double at_s, cpu_s;
    int64_t count;
};

struct options {
    int64_t target;
    double idle_s, limit_s;
    const char *drain;
    char **command;
};

struct result {
    struct sample *samples;
    int count;
    double first_s;
    double peak_kb;
    double drained_s, drained_cpu_s; /* with --drain */
    bool ended;
};

/* utime and stime of /proc/PID/stat, or -1 when the process is gone. */
static double cpu_of(pid_t process)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return -1;
    }
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const char *rest = strrchr(text, ')');
    unsigned long user, system;
    if (rest == NULL || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                               &user, &system) != 2) {
        return -1;
    }
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double peak_kb_of(pid_t process)
{
    char path[64], line[256];
    long peak_kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", process);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmHWM: %ld", &peak_kb) == 1) {
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return (double)peak_kb;
}

/* Sums figure over the process and its children, so that several stages can be watched as one;
 * -1 when the process is gone. */
static double sum_of(pid_t process, double (*figure)(pid_t))
{
    char path[64];
    double sum = figure(process);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
    FILE *file = fopen(path, "r");
    int child;
    while (sum >= 0 && file != NULL && fscanf(file, "%d", &child) == 1) {
        double more = figure(child);
        sum += more > 0 ? more : 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return sum;
}

/* In a process group of its own: what it starts is stopped with it. */
static pid_t start(char **command)
{
    pid_t process = fork();
    if (process == 0) {
        setpgid(0, 0);
        execvp(command[0], command);
        bench_die("cannot run %s", command[0]);
    }
    return process;
}

static void watch(struct bench_progress *progress, const struct options *options, pid_t process,
                  struct result *result)
{
    int64_t base = bench_progress_read(progress);
    double begin_s = bench_now_s(), moved_s = 0;
    result->count = 1; /* the first sample is the start, all zero */
    while (result->count < SAMPLES_MAX) {
        usleep(result->first_s > 0 ? WAIT_US : FIRST_WAIT_US);
        struct sample *sample = &result->samples[result->count];
        const struct sample *last = sample - 1;
        sample->count = bench_progress_read(progress) - base;
        sample->at_s = bench_now_s() - begin_s;
        sample->cpu_s = sum_of(process, cpu_of);
        if (sample->cpu_s < 0 || waitpid(process, NULL, WNOHANG) == process) {
            result->ended = true;
            return;
        }
        result->count++;
        result->peak_kb = sum_of(process, peak_kb_of);
        if (sample->count > last->count) {
            moved_s = sample->at_s;
            result->first_s = result->first_s > 0 ? result->first_s : sample->at_s;
        }
        bool idle = result->first_s > 0 && sample->at_s - moved_s > options->idle_s;
        if (sample->count >= options->target || idle || sample->at_s > options->limit_s) {
            return;
        }
    }
}

/* Until the group has read all that its repartition topics hold. */
static void await_drained(struct bench_progress *progress, const struct options *options,
                          pid_t process, struct result *result)
{
    const struct sample *last = &result->samples[result->count - 1];
    result->drained_s = last->at_s;
    result->drained_cpu_s = last->cpu_s;
    double begin_s = bench_now_s();
    while (bench_progress_undrained(progress, options->drain) &&
           bench_now_s() - begin_s < options->limit_s) {
        result->drained_s = last->at_s + bench_now_s() - begin_s;
        result->drained_cpu_s = sum_of(process, cpu_of);
        usleep(2 * FIRST_WAIT_US);
    }
}

/* The moment at which progress was count, between two samples. */
static struct sample when(const struct result *result, double count)
{
    for (int i = 1; i < result->count; i++) {
        const struct sample *a = &result->samples[i - 1], *b = &result->samples[i];
        if ((double)b->count >= count) {
            double grown = (double)(b->count - a->count);
            double part = grown > 0 ? (count - (double)a->count) / grown : 0;
            return (struct sample){.at_s = a->at_s + part * (b->at_s - a->at_s),
                                   .cpu_s = a->cpu_s + part * (b->cpu_s - a->cpu_s)};
        }
    }
    return result->samples[result->count - 1];
}

/* 0 where too little was measured to tell. */
static double per(double count, double amount)
{
    return amount > 0 ? count / amount : 0;
}

static void print_result(const struct result *result, int64_t target)
{
    int64_t reached = result->samples[result->count - 1].count;
    double count = (double)(reached < target ? reached : target);
    struct sample from = when(result, count * 0.1), to = when(result, count * 0.9);
    struct sample end = when(result, count);
    double drain_ms = 0;
    if (result->drained_s > end.at_s) {
        drain_ms = (result->drained_s - end.at_s) * 1000;
        end = (struct sample){.at_s = result->drained_s, .cpu_s = result->drained_cpu_s};
    }
    double part = count * 0.8;
    printf("{\"records\":%.0f,\"first_ms\":%.0f,\"steady_rate\":%.0f,\"steady_per_cpu\":%.0f,"
           "\"whole_seconds\":%.3f,\"whole_rate\":%.0f,\"whole_cpu_s\":%.3f,\"whole_per_cpu\":%.0f,"
           "\"cores\":%.2f,\"rss_mb\":%.1f,\"drain_ms\":%.0f,\"ended\":%s}\n",
           count, result->first_s * 1000, per(part, to.at_s - from.at_s),
           per(part, to.cpu_s - from.cpu_s), end.at_s, per(count, end.at_s), end.cpu_s,
           per(count, end.cpu_s), per(to.cpu_s - from.cpu_s, to.at_s - from.at_s),
           result->peak_kb / 1024, drain_ms, result->ended ? "true" : "false");
    fflush(stdout);
}

static void stop(pid_t process)
{
    kill(-process, SIGTERM);
    for (int i = 0; i < 200 && waitpid(process, NULL, WNOHANG) == 0; i++) {
        usleep(50000);
    }
    kill(-process, SIGKILL);
}

static void parse(int argc, char **argv, struct bench_progress *progress, struct options *options)
{
    static const struct option known[] = {{"topic", 1, NULL, 't'},    {"group", 1, NULL, 'g'},
                                          {"consumed", 1, NULL, 'c'}, {"counter", 1, NULL, 'n'},
                                          {"idle", 1, NULL, 'i'},     {"collection", 1, NULL, 'm'},
                                          {"limit", 1, NULL, 'l'},    {"target", 1, NULL, 'x'},
                                          {"drain", 1, NULL, 'd'},    {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "+", known, NULL)) != -1) {
        switch (option) {
        case 't':
            bench_progress_add_topic(progress, optarg);
            break;
        case 'd':
            options->drain = optarg;
            break;
        case 'g':
            bench_progress_set_group(progress, optarg);
            break;
        case 'c':
            bench_progress_add_consumed(progress, optarg);
            break;
        case 'n':
            bench_progress_set_counter(progress, optarg);
            break;
        case 'm':
            bench_progress_set_collection(progress, optarg);
            break;
        case 'i':
            options->idle_s = strtod(optarg, NULL);
            break;
        case 'l':
            options->limit_s = strtod(optarg, NULL);
            break;
        case 'x':
            options->target = strtoll(optarg, NULL, 10);
            break;
        default:
            bench_die("see the top of watch.c");
        }
    }
    options->command = argv + optind;
    if (*options->command == NULL || options->target <= 0) {
        bench_die("watch needs --target and a command");
    }
}

int main(int argc, char **argv)
{
    static struct sample samples[SAMPLES_MAX];
    struct options options = {.idle_s = 10, .limit_s = 300};
    struct bench_progress *progress = bench_progress_create();
    parse(argc, argv, progress, &options);
    bench_progress_read(progress); /* connected before the clock runs */
    struct result result = {.samples = samples};
    pid_t process = start(options.command);
    watch(progress, &options, process, &result);
    if (options.drain != NULL && !result.ended) {
        await_drained(progress, &options, process, &result);
    }
    print_result(&result, options.target);
    if (!result.ended) {
        stop(process);
    }
    return result.ended ? 1 : 0;
}
