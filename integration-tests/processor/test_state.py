"""What a processor remembers over restarts, and what it refuses to remember wrongly."""
import json
import time

import pytest

from support.processes import run, wait_until

START = (int(time.time()) // 60 - 10) * 60_000  # topics keep it: the broker deletes what is a week old
SECOND = 1000

JOIN = """
SET 'auto.offset.reset' = 'earliest';
CREATE STREAM a (k VARCHAR KEY, x INT) WITH (KAFKA_TOPIC = '{0}.a', VALUE_FORMAT = 'JSON');
CREATE STREAM b (k VARCHAR KEY, y INT) WITH (KAFKA_TOPIC = '{0}.b', VALUE_FORMAT = 'JSON');
CREATE STREAM joined WITH (KAFKA_TOPIC = '{0}.out') AS
  SELECT a.k AS k, x, y FROM a JOIN b WITHIN 1 MINUTE GRACE PERIOD 1 MINUTE ON a.k = b.k;
"""
COUNT = """
SET 'auto.offset.reset' = 'earliest';
CREATE STREAM a (k VARCHAR KEY, x INT) WITH (KAFKA_TOPIC = '{0}.a', VALUE_FORMAT = 'JSON');
CREATE TABLE counts WITH (KAFKA_TOPIC = '{0}.out') AS
  SELECT k, {1} AS n FROM a WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY k {2};
"""


@pytest.fixture
def program(stage, bootstrap, unique, tmp_path):
    """A started process of the program; start() again is the same member of the group."""
    def start(text, **more):
        (tmp_path / "program.sql").write_text(text)
        config = {"name": unique, "bootstrap.servers": bootstrap, "ksql.service.id": unique + "_",
                  "ksql.queries.file": str(tmp_path / "program.sql"), **more}
        return stage("processor", config).start()

    return start


def row(key, second, **values):
    return key.encode(), json.dumps(values).encode(), START + second * SECOND


def values(records):
    return [record.value and json.loads(record.value) for record in records]


@pytest.mark.parametrize("restore, retention, changelog", [
    ("true", "-1", False), ("false", "-1", True), ("true", "3600000", True)])
def test_rows_that_wait_for_a_join_survive_a_kill(program, topics, unique, restore, retention, changelog):
    for name in "ab":
        topics.create(f"{unique}.{name}", 1, {"retention.ms": retention})
    first = program(JOIN.format(unique), **{"weir.join.restore.source": restore})
    topics.produce(f"{unique}.a", [row("early", 0, x=1), row("here", 50, x=2)])
    topics.produce(f"{unique}.b", [row("here", 51, y=3)])
    topics.read(f"{unique}.out", expect=1)
    first.kill()
    topics.produce(f"{unique}.b", [row("early", 52, y=4)])
    first.start()
    records = topics.read(f"{unique}.out", expect=2)
    assert [(record.key, json.loads(record.value)) for record in records] == [
        (b"here", {"X": 2, "Y": 3}), (b"early", {"X": 1, "Y": 4})]
    assert any("Join-left-changelog" in name for name in topics.names() if unique in name) == changelog


def test_a_window_that_has_closed_stays_closed_after_a_restart(program, topics, unique):
    topics.create(f"{unique}.a", 1)
    text = COUNT.format(unique, "COUNT(*)", "EMIT CHANGES")
    first = program(text)
    topics.produce(f"{unique}.a", [row("k", 5, x=1), row("k", 25, x=1)])
    topics.read(f"{unique}.out", expect=2)
    assert first.stop() == 0
    first.start()
    topics.produce(f"{unique}.a", [row("k", 6, x=1), row("k", 26, x=1)])
    records = topics.read(f"{unique}.out", expect=3)
    assert values(records) == [{"N": 1}, {"N": 1}, {"N": 2}]


def test_windows_close_on_idle_input(program, topics, unique):
    topics.create(f"{unique}.a", 1)
    text = COUNT.format(unique, "COUNT(*)", "EMIT FINAL")
    first = program(text, **{"weir.window.idle.close.ms": 300})
    topics.produce(f"{unique}.a", [row("k", 1, x=1), row("k", 2, x=1)])
    assert values(topics.read(f"{unique}.out", expect=1)) == [{"N": 2}]
    first.kill()
    first.start()
    topics.produce(f"{unique}.a", [row("k", 31, x=1)])
    assert values(topics.read(f"{unique}.out", expect=2)) == [{"N": 2}, {"N": 1}]


def test_state_of_another_program_is_refused_until_a_reset(program, topics, unique, tmp_path):
    topics.create(f"{unique}.a", 1, {"retention.ms": "-1"})
    processor = program(COUNT.format(unique, "COUNT(*)", "EMIT CHANGES"))
    topics.produce(f"{unique}.a", [row("k", 5, x=7)])
    topics.read(f"{unique}.out", expect=1)
    assert processor.stop() == 0
    (tmp_path / "program.sql").write_text(COUNT.format(unique, "SUM(x)", "EMIT CHANGES"))
    processor.start(ready=False)
    wait_until(lambda: "has changed since its offsets were committed" in processor.log(), what="a refusal")
    assert "weir-processor reset" in processor.log()
    processor.stop()
    reset = run("processor", "reset", processor.file)
    assert reset.returncode == 0, reset.stderr
    assert not [name for name in topics.names() if unique in name and name.endswith("changelog")]
    processor.start()
    assert values(topics.read(f"{unique}.out", expect=2)) == [{"N": 1}, {"N": 7}]


def test_topics_of_a_join_must_have_as_many_partitions(bootstrap, topics, unique, tmp_path):
    topics.create(f"{unique}.a", 2)
    topics.create(f"{unique}.b", 3)
    (tmp_path / "program.sql").write_text(JOIN.format(unique))
    config = {"name": unique, "bootstrap.servers": bootstrap, "ksql.service.id": unique,
              "ksql.queries.file": str(tmp_path / "program.sql"), "listeners": "http://127.0.0.1:0"}
    (tmp_path / "processor.yaml").write_text("".join(f"{key}: {json.dumps(value)}\n" for key, value in config.items()))
    result = run("processor", "run", tmp_path / "processor.yaml")
    assert result.returncode == 2
    assert "number of partitions don't match" in result.stderr
