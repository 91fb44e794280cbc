"""One processor and then three on the same six partitions: the same results."""
import json
import time

from support.processes import wait_until
from support.recipe import Recipe, prediction_record, weight_record

START = (int(time.time()) - 7200) * 1000 // 60_000 * 60_000  # not older than a topic's retention
PAIRS = 3000


def feed(topics, recipe):
    topics.create(recipe.predictions, 6)
    topics.create(recipe.weights, 6)
    topics.produce(recipe.predictions,
                   [prediction_record((f"F{i:05d}", "Pike", 1.0, 2.0, 100.0 + i % 60), START + 10 * i) for i in range(PAIRS)])
    topics.produce(recipe.weights, [weight_record((f"F{i:05d}", "Pike", 100.0), START + 10 * i + 1) for i in range(PAIRS)])


def results(topics, recipe):
    """diff_weight as a set, and the last count and sum that each window's average was made from."""
    records = topics.read(recipe.diff, expect=PAIRS, seconds=60)
    assert len(records) == PAIRS
    return sorted((record.key, record.value, record.timestamp, record.partition) for record in records)


def test_three_processes_give_what_one_gives(stage, topics, bootstrap, unique, tmp_path):
    outputs, averages = [], []
    for count in (1, 3):
        recipe = Recipe(f"{unique}n{count}")
        feed(topics, recipe)
        running = []
        for index in range(count):
            folder = tmp_path / f"{count}-{index}"
            folder.mkdir()
            running.append(stage("processor", recipe.processor(bootstrap, folder), name=f"processor-{count}-{index}"))
        for one in running:
            one.start(ready=False)
        outputs.append(results(topics, recipe))
        averages.append(final_averages(topics, recipe))
        for one in running:
            assert one.stop() == 0
    assert outputs[0] == outputs[1]
    assert averages[0] == averages[1]


def final_averages(topics, recipe):
    """The last average of each window, once it counts every pair: order of addition may differ in the last digit
    between runs, so ten decimals."""
    def last():
        rows = {record.key: record.value for record in topics.read(recipe.retrain)}
        return {key: value and round(json.loads(value)["ERRORAVG"], 10) for key, value in rows.items()}

    expected = round(sum(i % 60 for i in range(PAIRS)) / PAIRS / 100, 10)
    wait_until(lambda: set(last().values()) == {expected}, 60, f"retrain_weight to say {expected}", every=0.3)
    return last()
