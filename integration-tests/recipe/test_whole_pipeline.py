"""MongoDB -> Kafka -> SQL -> Kafka -> MongoDB and HTTP: the whole recipe, with and without crashes."""
import collections
import itertools
import json
import random
import threading
import time

import pytest

from support.http_server import Receiver
from support.processes import wait_until
from support.recipe import Recipe


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


@pytest.fixture
def pipeline(stage, bootstrap, mongodb_uri, database, unique, tmp_path, receiver):
    """All five processes of the recipe, by name."""
    recipe = Recipe(unique)
    name = database.name
    database.create_collection("weight-prediction")
    database.create_collection("machine-weight")
    stages = {
        "predictions": stage("source", recipe.source(bootstrap, mongodb_uri, name, "weight-prediction"), name="predictions"),
        "weights": stage("source", recipe.source(bootstrap, mongodb_uri, name, "machine-weight"), name="weights"),
        "processor": stage("processor", recipe.processor(bootstrap, tmp_path)),
        "training": stage("sink", recipe.mongodb_sink(bootstrap, mongodb_uri, name), name="training"),
        "retrain": stage("sink", recipe.http_sink(bootstrap, receiver.url + "/retrain"), name="retrain"),
    }
    for one in stages.values():
        one.start(ready=False)
    for one in stages.values():
        one.wait_ready()
    return recipe, stages


class Line(threading.Thread):
    """Inserts fish at a rate until told to stop; both documents of a fish in a few milliseconds."""

    def __init__(self, database, rate, error=0.05):
        super().__init__(daemon=True)
        self.database, self.rate, self.error = database, rate, error
        self.fish_ids = []
        self.stopped = threading.Event()

    def run(self):
        for number in itertools.count():
            if self.stopped.is_set():
                return
            fish_id = f"F{number:06d}"
            base = {"fish_id": fish_id, "species": "Perch"}
            self.database["weight-prediction"].insert_one(
                {**base, "height": 1.0, "length": 2.0, "prediction": 100.0 * (1 + self.error)})
            self.database["machine-weight"].insert_one({**base, "weight": 100.0})
            self.fish_ids.append(fish_id)
            time.sleep(1 / self.rate)

    def finish(self):
        self.stopped.set()
        self.join()
        return self.fish_ids


def assert_each_once(what, expected, actual):
    counts = collections.Counter(actual)
    lost = [fish_id for fish_id in expected if fish_id not in counts]
    doubled = {fish_id: count for fish_id, count in counts.items() if count > 1}
    assert not lost and not doubled, f"{what}: {len(lost)} lost {lost[:5]}, {len(doubled)} doubled {list(doubled.items())[:5]}"
    assert len(counts) == len(set(expected))


def assert_complete(recipe, topics, database, fish_ids):
    """Each fish once in every topic (read committed) and in the target collection."""
    wait_until(lambda: database["training_data"].count_documents({}) >= len(fish_ids), 60, "all training documents")
    for topic in (recipe.predictions, recipe.weights, recipe.diff):
        assert_each_once(topic, fish_ids, [record.key.decode() for record in topics.read(topic)])
    # The fish id is diff_weight's key, not part of its value: documents are told apart by where they come from.
    joined = [f"{recipe.diff}#{record.partition}#{record.offset}" for record in topics.read(recipe.diff)]
    assert_each_once("training_data", joined, [row["_id"] for row in database["training_data"].find()])


def test_fish_arrive_joined_in_mongodb_and_a_bad_minute_posts_once(pipeline, topics, database, receiver):
    recipe, _ = pipeline
    line = Line(database, rate=50, error=0.5)
    line.start()
    wait_until(lambda: len(receiver.requests) > 0, 60, "a POST")
    time.sleep(2)
    fish_ids = line.finish()
    assert_complete(recipe, topics, database, fish_ids)
    row = database["training_data"].find_one()
    assert row["SPECIES"] == "Perch" and row["ACTUAL"] == 100.0 and row["ERROR"] == 0.5
    windows = {record.key[-8:] for record in topics.read(recipe.retrain) if record.value is not None}
    assert len(receiver.requests) == len(windows), "one POST for each window"
    assert json.loads(receiver.requests[0]["body"])["ERRORAVG"] == 0.5
    keys = [request["headers"]["Idempotency-Key"] for request in receiver.requests]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("victim", ["predictions", "processor", "training"])
def test_kill_9_loses_and_doubles_nothing(pipeline, topics, database, victim):
    recipe, stages = pipeline
    line = Line(database, rate=100)
    line.start()
    seeded = random.Random(victim)
    for _ in range(3):
        time.sleep(seeded.uniform(0.6, 1.8))
        stages[victim].kill()
        stages[victim].start(ready=False)
    stages[victim].wait_ready()
    time.sleep(1)
    assert_complete(recipe, topics, database, line.finish())


def test_kill_9_of_the_http_sink_repeats_no_window(pipeline, topics, database, receiver):
    recipe, stages = pipeline
    line = Line(database, rate=50, error=0.5)
    line.start()
    wait_until(lambda: len(receiver.requests) > 0, 60, "a POST")
    time.sleep(1)
    stages["retrain"].kill()
    stages["retrain"].start()
    time.sleep(3)
    line.finish()
    time.sleep(2)
    keys = [request["headers"]["Idempotency-Key"] for request in receiver.requests]
    windows = {record.key[-8:] for record in topics.read(recipe.retrain) if record.value is not None}
    assert len(set(keys)) == len(windows), "each window has one key, kept over the restart"
    assert len(keys) <= len(windows) + 1, "at most the request in flight at the kill comes again"


def test_http_sink_becomes_stdout_by_editing_yaml(pipeline, stage, bootstrap, database, topics):
    recipe, stages = pipeline
    assert stages["retrain"].stop() == 0
    printer = stage("sink", {"name": f"{recipe.prefix}-print", "connector.class": "stdout",
                             "bootstrap.servers": bootstrap, "topics": recipe.retrain}, name="printer").start()
    line = Line(database, rate=50, error=0.5)
    line.start()
    wait_until(lambda: "ERRORAVG" in printer.log(), 60, "a printed row")
    line.finish()


def test_sigterm_drains_and_exits_0(pipeline):
    _, stages = pipeline
    assert {name: one.stop() for name, one in stages.items()} == dict.fromkeys(stages, 0)
