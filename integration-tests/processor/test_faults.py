"""Every pair once in diff_weight, whatever happens to processes and to commits."""
import random
import time

import pytest

from support.kafka_proxy import KafkaProxy
from support.processes import wait_until
from support.recipe import Recipe, prediction_record, weight_record

START = 1_700_000_040_000 // 60_000 * 60_000
PARTITIONS = 6


def feed(topics, recipe, first, count):
    numbers = range(first, first + count)
    topics.produce(recipe.predictions,
                   [prediction_record((f"F{i:05d}", "Pike", 1.0, 2.0, 100.0 + i % 60), START + 5 * i) for i in numbers])
    topics.produce(recipe.weights, [weight_record((f"F{i:05d}", "Pike", 100.0), START + 5 * i + 1) for i in numbers])


def prepare(topics, recipe):
    topics.create(recipe.predictions, PARTITIONS)
    topics.create(recipe.weights, PARTITIONS)


def assert_each_once(topics, recipe, count):
    """Each pair once, and no more of them a little later."""
    records = topics.read(recipe.diff, expect=count, seconds=90)
    assert sorted(record.key for record in records) == [f"F{i:05d}".encode() for i in range(count)]
    time.sleep(0.5)
    assert len(topics.read(recipe.diff)) == count


def test_one_three_one_processes(stage, topics, bootstrap, unique, tmp_path):
    recipe = Recipe(unique)
    prepare(topics, recipe)
    running = []

    def add():
        folder = tmp_path / f"p{len(running)}"
        folder.mkdir()
        running.append(stage("processor", recipe.processor(bootstrap, folder), name=f"processor-{len(running)}").start())

    add()
    feed(topics, recipe, 0, 2000)
    add()
    add()
    feed(topics, recipe, 2000, 2000)
    topics.read(recipe.diff, expect=3000, seconds=60)
    running[0].kill()
    assert running[1].stop() == 0
    feed(topics, recipe, 4000, 2000)
    assert_each_once(topics, recipe, 6000)


def test_random_kills(stage, topics, bootstrap, unique, tmp_path):
    recipe = Recipe(unique)
    prepare(topics, recipe)
    rng = random.Random(7)
    folders = [tmp_path / f"p{index}" for index in range(2)]
    for folder in folders:
        folder.mkdir()
    running = [stage("processor", recipe.processor(bootstrap, folder), name=f"processor-{index}").start()
               for index, folder in enumerate(folders)]
    count = 0
    for _ in range(5):
        feed(topics, recipe, count, 500)
        count += 500
        time.sleep(rng.random() * 0.7)
        victim = rng.choice(running)
        victim.kill()
        victim.start(ready=False)
    assert_each_once(topics, recipe, count)


@pytest.mark.parametrize("word", ["drop-request", "drop-answer", 1.5])
def test_commits_that_get_lost(stage, topics, bootstrap, unique, tmp_path, word):
    recipe = Recipe(unique)
    prepare(topics, recipe)
    proxy = KafkaProxy(bootstrap)
    stage("processor", recipe.processor(proxy.bootstrap, tmp_path)).start()
    feed(topics, recipe, 0, 500)
    topics.read(recipe.diff, expect=500, seconds=60)
    proxy.plan.extend([word, "pass", word])
    for first in range(500, 1500, 250):
        feed(topics, recipe, first, 250)
        time.sleep(0.3)
    wait_until(lambda: proxy.acted == [word, "pass", word], 60, "the faults")
    assert_each_once(topics, recipe, 1500)
    proxy.close()
