"""The recipe under crashes, zombies, lost answers and changing numbers of processes: every pair joined exactly once, and
every window's average over exactly its pairs.

WEIR_CHAOS_PAIRS (6000) is how many pairs go through each test, at WEIR_CHAOS_RATE (500) pairs a second."""
import os
import random
import signal
import time

import pytest

from support.kafka_proxy import KafkaProxy
from support.processes import wait_until
from support.recipe import Recipe

from .line import Line, expected_averages, expected_pairs, joined_pairs, last_averages

PAIRS = int(os.environ.get("WEIR_CHAOS_PAIRS", "6000"))
RATE = int(os.environ.get("WEIR_CHAOS_RATE", "500"))


@pytest.fixture
def recipe(unique, topics):
    recipe = Recipe(unique)
    topics.create(recipe.predictions, 6)
    topics.create(recipe.weights, 6)
    return recipe


@pytest.fixture
def processors(recipe, stage, bootstrap, tmp_path):
    """processors(count, **more): so many processes of one application, started; names go on from call to call."""
    made = []

    def start(count, **more):
        for _ in range(count):
            folder = tmp_path / f"program-{len(made)}"
            folder.mkdir()
            config = recipe.processor(bootstrap, folder, **more)
            made.append(stage("processor", config, name=f"processor-{len(made)}").start(ready=False))
        return made[-count:]

    return start


def differences(expected, actual):
    lost, doubled = expected - actual, actual - expected
    return f"{sum(lost.values())} lost {list(lost)[:5]}, {sum(doubled.values())} too many {list(doubled)[:5]}"


def check(topics, recipe, count=PAIRS):
    """Read committed: the joined pairs as a multiset, then each window's last average."""
    expected = expected_pairs(count)
    seconds = 120 + count // 2000
    try:
        topics.read(recipe.diff, expect=count, seconds=seconds)
    except AssertionError:
        pass  # what is there is compared below
    joined = joined_pairs(topics.read(recipe.diff, seconds=seconds))
    assert joined == expected, differences(expected, joined)
    averages = expected_averages(count)
    try:
        wait_until(lambda: last_averages(topics.read(recipe.retrain)) == averages, 60, "the averages", every=0.5)
    except AssertionError:
        assert last_averages(topics.read(recipe.retrain)) == averages


@pytest.mark.parametrize("replicas", [0, 1])
def test_processes_killed_at_random(replicas, recipe, processors, topics, bootstrap):
    running = processors(3, **{"num.standby.replicas": replicas})
    line = Line(bootstrap, recipe, PAIRS, RATE)
    dice = random.Random(29)
    while line.is_alive():
        time.sleep(dice.uniform(0.5, 2.0))
        victim = dice.choice(running)
        victim.kill()
        time.sleep(dice.choice([0, 0, 0.5]))
        victim.start(ready=False)
    check(topics, recipe)


def test_a_zombie_writes_nothing_after_its_partitions_are_others(recipe, processors, topics, bootstrap):
    running = processors(2, **{"consumer.session.timeout.ms": "6000", "producer.transaction.timeout.ms": "8000"})
    for one in running:
        one.wait_ready()
    line = Line(bootstrap, recipe, PAIRS, RATE)
    time.sleep(1)
    running[0].process.send_signal(signal.SIGSTOP)
    time.sleep(9)
    running[0].process.send_signal(signal.SIGCONT)
    line.join()
    if running[0].process.poll() is not None:  # fenced: as its supervisor would
        running[0].start(ready=False)
    check(topics, recipe)


@pytest.mark.parametrize("plan", [["drop-request"], ["drop-answer"], [2, "drop-answer", "drop-request", 1, "drop-answer"]])
def test_commits_of_unknown_outcome(plan, recipe, processors, topics, bootstrap):
    proxy = KafkaProxy(bootstrap)
    try:
        processors(1, **{"bootstrap.servers": proxy.bootstrap})
        line = Line(bootstrap, recipe, PAIRS // 2, RATE)
        topics.read(recipe.diff, expect=100)
        proxy.plan = list(plan)
        wait_until(lambda: proxy.acted == plan, 60, "the faults")
        line.join()
        check(topics, recipe, PAIRS // 2)
    finally:
        proxy.close()


@pytest.mark.parametrize("replicas", [0, 1])
def test_six_processes_then_one_then_four(replicas, recipe, processors, topics, bootstrap):
    running = processors(6, **{"num.standby.replicas": replicas})
    line = Line(bootstrap, recipe, PAIRS, RATE)
    time.sleep(PAIRS / RATE / 3)
    for one in running[1:]:
        assert one.stop() == 0
    time.sleep(PAIRS / RATE / 3)
    running = [running[0], *processors(3, **{"num.standby.replicas": replicas})]
    line.join()
    check(topics, recipe)
    assert [one.stop() for one in running] == [0, 0, 0, 0]


def test_rolling_restart(recipe, processors, topics, bootstrap):
    running = processors(3)
    line = Line(bootstrap, recipe, PAIRS, RATE)
    for one in running:
        time.sleep(PAIRS / RATE / 6)
        assert one.stop() == 0
        one.start()
    line.join()
    check(topics, recipe)
