"""Reports of the HTTP sink on a Kafka cluster of their own."""
import os
import socket
import subprocess

import kafka
import pytest

from support.kafka_topics import Topics
from support.processes import ROOT, wait_until


def two_free_ports():
    """The first of two that follow each other."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
        return port
    raise RuntimeError("no two ports in a row are free")


class OtherCluster:
    """One more broker, which is no one else's."""

    def __init__(self, folder):
        port = two_free_ports()
        self.bootstrap = f"127.0.0.1:{port}"
        self.environment = {**os.environ, "WEIR_SERVICES_DIR": str(folder), "WEIR_KAFKA_PORT": str(port),
                            "MONGODB_URI": "mongodb://not-started"}
        self.environment.pop("KAFKA_BOOTSTRAP", None)
        self.run("up")
        self.topics = Topics(self.bootstrap)

    def run(self, *command):
        subprocess.run([ROOT / "scripts/services", *command], env=self.environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    one = OtherCluster(tmp_path_factory.mktemp("other"))
    yield one
    one.run("down")


@pytest.fixture
def sink(stage, bootstrap, topics, unique, server, other):
    topics.create(unique)

    def start(records, **properties):
        topics.produce(unique, [(None, record.encode()) for record in records])
        config = {"name": unique, "connector.class": "HttpSink", "bootstrap.servers": bootstrap, "topics": unique,
                  "input.data.format": "STRING", "http.api.url": server.url, "max.retries": "0",
                  "behavior.on.error": "log", "offset.flush.interval.ms": "100", "errors.retry.delay.max.ms": "500",
                  "reporter.bootstrap.servers": other.bootstrap, "reporter.result.topic.replication.factor": "1",
                  "reporter.error.topic.replication.factor": "1", "reporter.error.topic.partitions": "2"}
        return stage("sink", {**config, **properties}).start()

    start.topic = unique
    return start


def committed(topics, topic):
    consumer = kafka.KafkaConsumer(bootstrap_servers=topics.bootstrap, group_id="connect-" + topic, enable_auto_commit=False)
    try:
        return consumer.committed(kafka.TopicPartition(topic, 0)) or 0
    finally:
        consumer.close()


def test_reports_go_to_the_cluster_that_is_named(sink, server, topics, other):
    server.plan = [{"status": 200, "body": b"yes"}, {"status": 500, "body": b"no"}]
    sink("ab", **{"reporter.producer.compression.type": "gzip"})
    success, error = sink.topic + "-success", sink.topic + "-error"
    report, = other.topics.read(success, expect=1)
    assert report.value == b'"yes"'
    report, = other.topics.read(error, expect=1)
    assert dict(report.headers)["response_content"] == b"no"
    assert not {success, error} & set(topics.names())
    assert sink.topic not in other.topics.names()


def test_no_offset_is_committed_while_its_report_waits_for_the_other_cluster(sink, server, topics, other):
    one = sink("a")
    wait_until(lambda: committed(topics, sink.topic) == 1, 20, "the first commit")
    other.run("stop", "kafka")
    try:
        topics.produce(sink.topic, [(None, b"b")])
        wait_until(lambda: "b" in server.bodies(), 20, "the request")
        wait_until(lambda: "report" in one.log(), 60, "a word about it")
        assert committed(topics, sink.topic) == 1
    finally:
        other.run("start", "kafka")
    wait_until(lambda: committed(topics, sink.topic) == 2, 90, "the second commit")
    reports = other.topics.read(sink.topic + "-success", expect=2)
    assert {dict(report.headers)["input_record_offset"] for report in reports} == {b"0", b"1"}
    assert one.process.poll() is None
