"""The offsets topic is shared: other sources write to it while one starts."""
import json
import threading

import kafka
import pytest

from support.processes import wait_until
from support.recipe import Recipe

COLLECTION = "weight-prediction"


class Neighbour(threading.Thread):
    """Another source's offsets, one every few milliseconds into each partition until told to stop."""

    def __init__(self, bootstrap, topic, partitions):
        super().__init__(daemon=True)
        self.producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, acks="all")
        self.topic, self.partitions = topic, partitions
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(0.002):
            for partition in range(self.partitions):
                self.producer.send(self.topic, key=b'["other",{"ns":"x"}]', value=b'{"n":1}', partition=partition)
            self.producer.flush()

    def finish(self):
        self.stopped.set()
        self.join()
        self.producer.close()


@pytest.fixture
def neighbour(bootstrap, topics, unique):
    topics.create(f"{unique}-offsets", partitions=1, configs={"cleanup.policy": "compact"})
    thread = Neighbour(bootstrap, f"{unique}-offsets", partitions=1)
    thread.start()
    yield thread
    thread.finish()


def test_a_source_starts_while_others_write_their_offsets(
        stage, bootstrap, mongodb_uri, unique, database, topics, neighbour):
    recipe = Recipe(unique)
    database[COLLECTION].insert_one({"fish_id": "f1", "species": "Bass", "number": 1})
    source = stage("source", recipe.source(bootstrap, mongodb_uri, unique, COLLECTION)).start()
    assert [json.loads(record.value)["number"] for record in topics.read(recipe.predictions, expect=1)] == [1]
    source.kill()
    source.start()
    database[COLLECTION].insert_one({"fish_id": "f2", "species": "Bass", "number": 2})
    wait_until(lambda: len(topics.read(recipe.predictions)) >= 2, 30, "the second document")
    numbers = [json.loads(record.value)["number"] for record in topics.read(recipe.predictions)]
    assert sorted(numbers) == [1, 2], "goes on from its own offset, which lies among the others'"
