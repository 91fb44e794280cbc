"""Records that are not what the program expects: counted, logged once with their place, and processing goes on."""
from support.processes import wait_until
from support.recipe import PREDICTIONS, WEIGHTS, Recipe, prediction_record, weight_record

START = 1_700_000_040_000 // 60_000 * 60_000


def test_processor_skips_bad_records_and_goes_on(stage, topics, bootstrap, unique, tmp_path):
    recipe = Recipe(unique)
    topics.create(recipe.predictions, 6)
    topics.create(recipe.weights, 6)
    bad = [(b"101", b"not json", START), (b"101", b'{"prediction":"abc"}', START), (b"101", b'[1,2]', START),
           (None, b'{"prediction":1}', START), (b"101", None, START), (b"101", b"", START)]
    topics.produce(recipe.predictions, bad + [prediction_record(row, START) for row in PREDICTIONS])
    topics.produce(recipe.weights, [weight_record(row, START + 1) for row in WEIGHTS])
    processor = stage("processor", recipe.processor(bootstrap, tmp_path)).start()
    assert len(topics.read(recipe.diff, expect=10)) == 10
    log = processor.log()
    place = [record for record in topics.read(recipe.predictions) if record.value == b"not json"][0]
    assert recipe.predictions in log and str(place.partition) in log and str(place.offset) in log
    status, metrics = processor.http("/metrics")
    assert status == 200 and "skipped" in metrics


def test_sink_sends_bad_records_to_the_dead_letter_queue(stage, topics, bootstrap, mongodb_uri, database, unique):
    recipe = Recipe(unique)
    topics.create(recipe.diff, 1)
    topics.produce(recipe.diff, [(b"1", b'{"A":1}'), (b"2", b"not json"), (b"3", b'{"A":3}')])
    sink = stage("sink", recipe.mongodb_sink(bootstrap, mongodb_uri, database.name, **{
        "errors.tolerance": "all", "errors.deadletterqueue.topic.name": f"{unique}-dlq",
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true"})).start()
    wait_until(lambda: database["training_data"].count_documents({}) == 2, 30, "the good records")
    (dead,) = topics.read(f"{unique}-dlq", expect=1)
    headers = {name: value.decode() for name, value in dead.headers}
    assert (dead.key, dead.value) == (b"2", b"not json")
    assert headers["__connect.errors.topic"] == recipe.diff and headers["__connect.errors.offset"] == "1"
    assert sink.stop() == 0


def test_sink_without_tolerance_stops_and_names_the_record(stage, topics, bootstrap, mongodb_uri, database, unique):
    recipe = Recipe(unique)
    topics.create(recipe.diff, 1)
    topics.produce(recipe.diff, [(b"1", b'{"A":1}'), (b"2", b"not json")])
    sink = stage("sink", recipe.mongodb_sink(bootstrap, mongodb_uri, database.name)).start(ready=False)
    wait_until(lambda: sink.process.poll() is not None, 30, "the sink to stop")
    assert sink.process.returncode == 1
    assert recipe.diff in sink.log() and "offset" in sink.log() and "1" in sink.log()
