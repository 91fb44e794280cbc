/* SPDX-License-Identifier: Apache-2.0 */
#include "core/runtime/run.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/runtime/admin_port.h"
#include "core/runtime/connector_tasks.h"
#include "core/runtime/metrics.h"
#include "core/runtime/status_metrics.h"
#include "core/runtime/supervisor.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* A terminal and the process that started this one often both send a signal for one Ctrl-C. */
enum { SAME_SIGNAL_MS = 500 };

/* The thread that waits for signals; all others have them blocked. */
struct signals {
    pthread_t thread;
    sigset_t set;
    struct weir_supervisor *supervisor;
    atomic_bool serving; /* tasks run, or are about to */
    atomic_bool over;    /* the run has ended: SIGUSR1 was sent to end the thread */
};

static void *wait_for_signals(void *context)
{
    struct signals *signals = context;
    int64_t stopping_since_ms = 0;
    int number = 0;
    while (sigwait(&signals->set, &number) == 0) {
        if (number == SIGUSR1) {
            if (atomic_load(&signals->over)) {
                break;
            }
            continue;
        }
        if (stopping_since_ms > 0 && weir_clock_ms() - stopping_since_ms < SAME_SIGNAL_MS) {
            continue;
        }
        if (stopping_since_ms > 0) {
            weir_log_warn("runtime", "second signal, ending at once", "signal=%d", number);
            _exit(WEIR_EXIT_RUNTIME);
        }
        stopping_since_ms = weir_clock_ms();
        weir_log_info("runtime", "stopping", "signal=%d", number);
        if (!atomic_load(&signals->serving)) {
            _exit(
                WEIR_EXIT_OK); /* still preparing: nothing is open that has to be closed in order */
        }
        weir_supervisor_quit(signals->supervisor);
    }
    return NULL;
}

static void signals_start(struct signals *signals, struct weir_supervisor *supervisor)
{
    signals->supervisor = supervisor;
    sigemptyset(&signals->set);
    sigaddset(&signals->set, SIGTERM);
    sigaddset(&signals->set, SIGINT);
    sigaddset(&signals->set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals->set, NULL);
    int code = pthread_create(&signals->thread, NULL, wait_for_signals, signals);
    weir_assert(code == 0);
}

static void signals_end(struct signals *signals)
{
    atomic_store(&signals->over, true);
    pthread_kill(signals->thread, SIGUSR1);
    pthread_join(signals->thread, NULL);
}

static struct weir_supervisor *make_supervisor(const struct weir_config *config,
                                               struct weir_metrics *metrics)
{
    struct weir_supervisor_options options = {
        .connector_name = weir_config_string(config, "name"),
        .restart_count_max = weir_config_int(config, "task.restart.max"),
        .restart_backoff_ms = weir_config_long(config, "task.restart.backoff.ms"),
        .restart_backoff_ms_max = weir_config_long(config, "task.restart.backoff.max.ms"),
        .startup_timeout_ms = weir_config_long(config, "startup.timeout.ms"),
        .shutdown_timeout_ms = weir_config_long(config, "task.shutdown.graceful.timeout.ms"),
        .progress_timeout_ms = weir_config_long(config, "readiness.progress.timeout.ms"),
        .metrics = metrics,
    };
    return weir_supervisor_create(&options);
}

static bool add_tasks(const struct weir_setup *setup, struct weir_supervisor *supervisor,
                      struct weir_error *err)
{
    if (setup->stage->add_tasks) {
        return setup->stage->add_tasks(setup->config, supervisor, err);
    }
    weir_connector_tasks_add(setup, supervisor);
    return true;
}

/* From the admin port on to the end. */
static bool serve(struct weir_setup *setup, struct weir_supervisor *supervisor,
                  struct weir_metrics *metrics, struct weir_error *err)
{
    struct weir_admin_port *admin = weir_admin_port_create(setup, supervisor, metrics, err);
    if (!admin) {
        return false;
    }
    bool hung = false;
    weir_log_info("runtime", "started", "stage=%s version=%s name=%s tasks=%zu admin=%s",
                  setup->stage->program, WEIR_VERSION, weir_config_string(setup->config, "name"),
                  weir_supervisor_task_count(supervisor), weir_admin_port_url(admin));
    bool ok = weir_supervisor_run(supervisor, &hung, err);
    if (hung) {
        /* Its thread still uses everything: nothing can be taken down in order. */
        _exit(ok ? WEIR_EXIT_OK : weir_stage_report(setup->stage, err));
    }
    weir_admin_port_destroy(admin);
    weir_log_info("runtime", "stopped", "name=%s", weir_config_string(setup->config, "name"));
    return ok;
}

bool weir_run(struct weir_setup *setup, struct weir_error *err)
{
    struct weir_metrics *metrics = weir_metrics_create();
    struct weir_supervisor *supervisor = make_supervisor(setup->config, metrics);
    struct signals signals = {0};
    signals_start(&signals, supervisor);
    struct weir_status_metrics *status =
        weir_status_metrics_create(setup->stage, supervisor, metrics);
    bool ok = add_tasks(setup, supervisor, err);
    atomic_store(&signals.serving, true);
    ok = ok && serve(setup, supervisor, metrics, err);
    signals_end(&signals);
    weir_status_metrics_destroy(status);
    weir_supervisor_destroy(supervisor);
    weir_metrics_destroy(metrics);
    return ok;
}
