"""The admin port of a real stage: what operators and their tools ask for, and what then happens to records."""
import json
import re
import signal
import subprocess
import time

import pytest

from support.processes import EXECUTABLES, wait_until


@pytest.fixture
def sink(stage, bootstrap, topics, unique):
    """A running stdout sink with two tasks on a topic of two partitions. sink.printed() says what it printed so far."""
    topics.create(unique, 2)
    one = stage("sink", {"name": unique, "connector.class": "stdout", "bootstrap.servers": bootstrap, "topics": unique,
                         "input.data.format": "STRING", "tasks.max": 2, "offset.flush.interval.ms": 100}).start()
    one.path = f"/connectors/{unique}"
    one.printed = lambda: re.findall(rf"^{unique}-\d@\d+ \S+ (.*)$", one.log(), re.M)
    one.send = lambda *values: topics.produce(unique, [(value.encode(), value.encode()) for value in values])
    return one


def state(stage):
    return json.loads(stage.http(f"{stage.path}/status")[1])["connector"]["state"]


def wait_printed(stage, *values):
    wait_until(lambda: sorted(stage.printed()) == sorted(values), 20, f"{values}, not {stage.printed()}")


def test_a_paused_sink_delivers_nothing_and_goes_on_after_resume(sink):
    sink.send("a", "b")
    wait_printed(sink, "a", "b")
    assert sink.http(f"{sink.path}/pause", "PUT")[0] == 202
    wait_until(lambda: state(sink) == "PAUSED", 10, "paused")
    time.sleep(0.5)
    sink.send("c", "d")
    time.sleep(1.5)
    assert sorted(sink.printed()) == ["a", "b"]
    assert sink.http("/readyz")[0] == 503
    assert sink.http(f"{sink.path}/resume", "PUT")[0] == 202
    wait_printed(sink, "a", "b", "c", "d")
    sink.wait_ready()


def test_a_stopped_sink_leaves_its_group_and_comes_back(sink):
    sink.send("a")
    wait_printed(sink, "a")
    assert sink.http(f"{sink.path}/stop", "PUT")[0] == 204
    wait_until(lambda: state(sink) == "STOPPED", 10, "stopped")
    assert json.loads(sink.http(f"{sink.path}/status")[1])["tasks"] == []
    sink.send("b")
    time.sleep(1)
    assert sink.http(f"{sink.path}/resume", "PUT")[0] == 202
    wait_printed(sink, "a", "b")


def test_a_restarted_task_repeats_nothing(sink):
    sink.send("a", "b", "c")
    wait_printed(sink, "a", "b", "c")
    wait_until(lambda: len(json.loads(sink.http(f"{sink.path}/offsets")[1])["offsets"]) > 0, 10, "offsets")
    for task in (0, 1):
        assert sink.http(f"{sink.path}/tasks/{task}/restart", "POST")[0] == 204
    sink.send("d")
    wait_printed(sink, "a", "b", "c", "d")
    status, body = sink.http(f"{sink.path}/restart?includeTasks=true", "POST")
    assert status == 202 and json.loads(body)["name"] == sink.path.split("/")[2]
    sink.send("e")
    wait_printed(sink, "a", "b", "c", "d", "e")


def test_offsets_are_those_of_the_group(sink):
    sink.send(*"abcdefgh")

    def total():
        offsets = json.loads(sink.http(f"{sink.path}/offsets")[1])["offsets"]
        return sum(one["offset"]["kafka_offset"] for one in offsets) == 8

    wait_until(total, 20, "offsets of all eight")


def test_log_levels_change_while_it_runs(sink):
    assert sink.http("/admin/loggers/root", "PUT", {"level": "ERROR"}) == (200, '["root"]')
    assert sink.http(f"{sink.path}/tasks/0/restart", "POST")[0] == 204
    time.sleep(1)
    before = sink.log().count("partitions assigned")
    sink.send("a")
    wait_printed(sink, "a")
    assert sink.log().count("partitions assigned") == before


def test_names_of_metrics_do_not_change(sink):
    sink.send("a")
    wait_printed(sink, "a")
    text = sink.http("/metrics")[1]
    names = set(re.findall(r"^# TYPE (\S+) ", text, re.M))
    expected = {
        "kafka_connect_connector_status", "kafka_connect_connector_task_status",
        "kafka_connect_sink_task_sink_record_read_total", "kafka_connect_sink_task_sink_record_send_total",
        "kafka_connect_sink_task_put_batch_avg_time_ms", "weir_sink_write_seconds",
        "kafka_connect_task_error_total_record_failures", "kafka_connect_task_error_total_records_skipped",
        "kafka_connect_worker_connector_failed_task_count", "kafka_connect_worker_connector_running_task_count",
        "kafka_connect_worker_connector_count", "kafka_connect_worker_task_count",
        "kafka_connect_coordinator_assigned_tasks", "process_resident_memory_bytes", "weir_ready", "weir_info",
        "weir_task_progress_age_seconds", "weir_task_assigned_partitions",
    }
    assert expected <= names, expected - names
    sent = re.findall(r"^kafka_connect_sink_task_sink_record_send_total\{.*\} (\d+)$", text, re.M)
    assert sum(map(int, sent)) == 1


def test_the_health_command_follows_readiness(sink):
    url = f"http://127.0.0.1:{sink.port}"
    result = subprocess.run([EXECUTABLES["sink"], "health", url], capture_output=True, text=True)
    assert result.returncode == 0 and '"ready":true' in result.stdout
    assert sink.http(f"{sink.path}/stop", "PUT")[0] == 204
    result = subprocess.run([EXECUTABLES["sink"], "health", url], capture_output=True, text=True)
    assert result.returncode == 1
    assert sink.stop() == 0
    assert subprocess.run([EXECUTABLES["sink"], "health", url], capture_output=True).returncode == 1


def test_a_task_without_partitions_stands_by_and_is_ready(stage, bootstrap, topics, unique):
    topics.create(unique, 1)
    one = stage("sink", {"name": unique, "connector.class": "stdout", "bootstrap.servers": bootstrap, "topics": unique,
                         "tasks.max": 3}).start()
    states = [task["state"] for task in json.loads(one.http(f"/connectors/{unique}/status")[1])["tasks"]]
    assert states == ["RUNNING"] * 3


def test_sigterm_ends_with_status_0_and_everything_committed(sink, stage, bootstrap, topics, unique):
    sink.send(*[f"v{number}" for number in range(500)])
    wait_until(lambda: len(sink.printed()) > 0, 20, "something printed")
    assert sink.stop() == 0
    first = sink.printed()
    sink.start()
    wait_until(lambda: len(set(sink.printed())) == 500, 20, "all printed")
    assert len(sink.printed()) == 500, f"{len(first)} before the restart"


def test_a_second_signal_ends_at_once(stage, unique, tmp_path):
    one = stage("sink", {"name": unique, "connector.class": "stdout", "bootstrap.servers": "127.0.0.1:1", "topics": unique,
                         "task.shutdown.graceful.timeout.ms": 30000}).start(ready=False)
    wait_until(lambda: "started" in one.log(), 10, "the start")
    one.process.send_signal(signal.SIGTERM)
    time.sleep(0.7)
    assert one.process.poll() is None
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(5) == 1
    assert "second signal" in one.log()
