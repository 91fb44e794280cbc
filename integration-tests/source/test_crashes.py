"""kill -9 at every place of the loop, zombies, and commits whose outcome nobody knows: nothing lost, nothing twice."""
import json
import re
import signal

import pytest

from support.kafka_proxy import KafkaProxy
from support.processes import BUILD, EXECUTABLES, wait_until

from .changes import Writer, collection_state, fold_events, repeated
from .conftest import COLLECTION

EXECUTABLES["source-kill"] = BUILD / "connectors/source/weir-source-kill"

COPYING = {"startup.mode": "copy_existing", "change.stream.full.document": "updateLookup", "batch.size": "100",
           "poll.max.batch.size": "100", "transaction.boundary.interval.ms": "20"}


def check_topic(topics, topic, fish):
    def differences():
        there, expected = fold_events(topics.read(topic)), collection_state(fish)
        return [(key, there.get(key), expected.get(key)) for key in {*there, *expected}
                if there.get(key) != expected.get(key)]

    try:
        wait_until(lambda: not differences(), 90, "the topic equals the collection", every=0.5)
    except AssertionError as error:
        raise AssertionError(f"{error}; key, topic, collection: {differences()[:10]}") from None
    assert repeated(topics.read(topic)) == []


@pytest.mark.parametrize("place, passes", [
    ("before-open", 1), ("after-open", 1), ("before-copy", 1), ("copy-batch", 3), ("copy-end", 1), ("stream-batch", 2),
    ("after-poll", 4), ("after-begin", 3), ("after-produce", 5), ("before-commit", 3), ("after-commit", 2),
    ("after-commit", 9), ("before-commit", 12),
])
def test_kill_at(place, passes, stage, events, unique, fish, topics):
    fish.insert_many([{"_id": number, "version": 0} for number in range(2000)])
    writer = Writer(fish, 2000)
    writer.start()
    doomed = stage("source-kill", events(**COPYING), name="doomed",
                   environment={"WEIR_KILL_AT": place, "WEIR_KILL_PASS": str(passes)}).start(ready=False)
    assert doomed.process.wait(40) == -signal.SIGKILL, doomed.log()
    stage("source", events(**COPYING), name="next").start()
    wait_until(lambda: f"{unique}.{COLLECTION}" in topics.names(), 20, "the topic")
    writer.stop()
    check_topic(topics, f"{unique}.{COLLECTION}", fish)


def test_kill_behind_an_invalidate(stage, events, unique, fish, topics):
    doomed = stage("source-kill", events(), name="doomed", environment={"WEIR_KILL_AT": "stream-reopen"}).start()
    fish.insert_many([{"_id": number} for number in range(5)])
    fish.drop()
    assert doomed.process.wait(40) == -signal.SIGKILL
    fish.insert_many([{"_id": number} for number in range(5, 10)])
    stage("source", events(), name="next").start()
    records = topics.read(f"{unique}.{COLLECTION}", expect=11)
    operations = [json.loads(record.value)["operationType"] for record in records]
    assert operations == ["insert"] * 5 + ["drop"] + ["insert"] * 5 and repeated(records) == []


def test_a_zombie_is_fenced_each_time(stage, events, unique, fish, topics):
    writer = Writer(fish, 0, pause=0.01)
    topic = f"{unique}.{COLLECTION}"
    config = events(**{"change.stream.full.document": "updateLookup"})
    old = stage("source", config, name="s0").start()
    writer.start()
    topics.read(topic, expect=1)
    for number in range(1, 21):
        old.process.send_signal(signal.SIGSTOP)
        new = stage("source", config, name=f"s{number}").start()
        old.process.send_signal(signal.SIGCONT)
        assert old.process.wait(40) == 1, old.log()
        assert "fenced" in old.log()
        old = new
    writer.stop()
    check_topic(topics, topic, fish)


@pytest.mark.parametrize("plan", [["drop-request"], ["drop-answer"], [2], ["drop-answer", 1, "drop-request", "drop-answer"]])
def test_a_commit_of_unknown_outcome(plan, stage, events, unique, bootstrap, fish, topics):
    proxy = KafkaProxy(bootstrap)
    topic = f"{unique}.{COLLECTION}"
    fish.insert_many([{"_id": number, "version": 0} for number in range(500)])
    writer = Writer(fish, 500, pause=0.005)
    try:
        stage("source", events(**COPYING, **{"bootstrap.servers": proxy.bootstrap})).start()
        writer.start()
        topics.read(topic, expect=600)
        proxy.plan = list(plan)
        wait_until(lambda: proxy.acted == plan, 60, "the faults")
        records = len(topics.read(topic))
        topics.read(topic, expect=records + 100, seconds=60)
        writer.stop()
        check_topic(topics, topic, fish)
    finally:
        proxy.close()


def copy_progress(source):
    name = source.http("/connectors")[1].strip('[]"\n')
    return json.loads(source.http(f"/connectors/{name}/tasks/0/status")[1]).get("progress")


def test_a_large_collection_is_copied_by_several_cursors(stage, events, unique, fish, topics, mongodb):
    count = 120000
    for first in range(0, count, 20000):
        fish.insert_many([{"_id": number, "text": "x" * 100} for number in range(first, first + 20000)])
    config = events(**{"startup.mode": "copy_existing", "startup.mode.copy.existing.max.threads": "3",
                       "transaction.boundary": "poll", "poll.max.batch.size": "500"})
    topic, offsets = f"{unique}.{COLLECTION}", f"{unique}-offsets"
    doomed = stage("source-kill", config, name="doomed",
                   environment={"WEIR_KILL_AT": "after-commit", "WEIR_KILL_PASS": "30"}).start(ready=False)
    assert doomed.process.wait(40) == -signal.SIGKILL
    stored = json.loads(topics.read(offsets)[-1].value)
    left = json.loads(stored["ranges"])["left"]
    assert stored["copy"] == "true" and len(left) > 1
    advanced = [one for one in left if "from" in one and not any(one["from"] == other.get("to") for other in left)]
    before = len(topics.read(topic))
    assert 0 < before < count and advanced
    source = stage("source", config, name="next").start()
    progress = wait_until(lambda: copy_progress(source), 20, "progress in the status", every=0.01)
    assert progress["collection"] == topic and progress["documents"] <= count - before
    assert 0 <= progress["ranges_done"] <= progress["ranges"] == len(left)
    records = topics.read(topic, expect=count, seconds=60)
    wait_until(lambda: "copy finished" in source.log(), 20, "the end of the copy")
    assert repeated(records) == [] and len(records) == count and not copy_progress(source)
    metrics = source.http("/metrics")[1]
    done = float(re.search(r"^weir_source_copy_documents_total\S* (\S+)", metrics, re.M)[1])
    assert done == count - before
    fish.insert_one({"_id": count})
    assert len(topics.read(topic, expect=count + 1)) == count + 1
