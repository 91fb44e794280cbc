"""num.standby.replicas: who takes over partitions has their state, but for the last second."""
import json
import re
import time

import pytest

from support.processes import wait_until

START = (int(time.time()) // 60 - 10) * 60_000  # topics keep it: the broker deletes what is a week old
KEYS = 3000

PROGRAM = """
SET 'auto.offset.reset' = 'earliest';
CREATE STREAM a (k VARCHAR KEY, x INT) WITH (KAFKA_TOPIC = '{0}.a', VALUE_FORMAT = 'JSON');
CREATE STREAM b (k VARCHAR KEY, y INT) WITH (KAFKA_TOPIC = '{0}.b', VALUE_FORMAT = 'JSON');
CREATE STREAM joined WITH (KAFKA_TOPIC = '{0}.joined') AS
  SELECT a.k AS k, x, y FROM a JOIN b WITHIN 1 HOUR GRACE PERIOD 1 MINUTE ON a.k = b.k;
CREATE TABLE counts WITH (KAFKA_TOPIC = '{0}.counts') AS SELECT k, COUNT(*) AS n FROM a GROUP BY k;
"""


def rows(**values):
    return [(b"%d" % key, json.dumps(values).encode(), START + key) for key in range(KEYS)]


def restored(process):
    """Records read when partitions came, one number for each time."""
    return [int(count) for count in re.findall(r"state restored.* records=(\d+)", process.log())]


def kept_warm(process):
    text = process.http("/metrics")[1]
    return sum(float(n) for n in re.findall(r"^weir_processor_standby_records_restored_total\S* (\S+)$", text, re.M))


@pytest.mark.parametrize("replicas", [1, 0])
def test_who_takes_over_reads_the_rest_only(replicas, stage, topics, bootstrap, unique, tmp_path):
    for name in "ab":
        topics.create(f"{unique}.{name}", 4, {"retention.ms": "-1"})
    (tmp_path / "program.sql").write_text(PROGRAM.format(unique))
    config = {"name": unique, "bootstrap.servers": bootstrap, "ksql.service.id": unique + "_",
              "ksql.queries.file": str(tmp_path / "program.sql"), "num.standby.replicas": replicas,
              "consumer.session.timeout.ms": 6000}
    first, second = [stage("processor", config, name=name).start() for name in ("first", "second")]
    wait_until(lambda: "count=4 " in first.log() and "count=4 " in second.log(), what="two partitions of two topics each")
    topics.produce(f"{unique}.a", rows(x=1))
    topics.read(f"{unique}.counts", expect=KEYS)
    if replicas:  # of a's rows and of the counts each about a half
        wait_until(lambda: kept_warm(first) + kept_warm(second) >= 2 * KEYS, what="warm copies")
    before = len(restored(second))
    first.kill()
    takeover = wait_until(lambda: restored(second)[before:], 30, "the takeover")
    assert takeover[0] < 50 if replicas else takeover[0] > KEYS / 2
    topics.produce(f"{unique}.b", rows(y=2))
    topics.produce(f"{unique}.a", rows(x=3))
    joined = topics.read(f"{unique}.joined", expect=2 * KEYS)
    assert sorted((int(r.key), json.loads(r.value)["X"]) for r in joined) == sorted(
        (key, x) for key in range(KEYS) for x in (1, 3))
    counts = {r.key: json.loads(r.value)["N"] for r in topics.read(f"{unique}.counts", expect=2 * KEYS)}
    assert len(counts) == KEYS and set(counts.values()) == {2}
