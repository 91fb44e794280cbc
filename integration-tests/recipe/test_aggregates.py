"""The state of each kind of aggregate survives in its changelog: a second run goes on where the first one was killed."""
import json

from support.processes import wait_until

PROGRAM = """
SET 'auto.offset.reset' = 'earliest';
CREATE STREAM s (k STRING KEY, i INT, d DOUBLE, t STRING, c DECIMAL(6, 2)) WITH (KAFKA_TOPIC='{0}', VALUE_FORMAT='JSON', PARTITIONS=1);
CREATE TABLE a WITH (KAFKA_TOPIC='{0}.a') AS
  SELECT k, COUNT(*) AS n, TOPK(i, 2) AS top, TOPK(i, t, c, 2) AS top_rows, TOPKDISTINCT(t, 2) AS top_texts,
         ATTR(t) AS one_text, ATTR(k) AS one_key, HISTOGRAM(t) AS counts, STDDEV_SAMPLE(i) AS deviation, STDDEV_SAMP(d) AS variance,
         CORRELATION(d, i) AS correlation, COUNT_DISTINCT(c) AS different, LATEST_BY_OFFSET(t, 2) AS latest, COLLECT_SET(t) AS texts,
         AVG(i) AS average, SUM(c) AS total, MAX(t) AS last_text
  FROM s GROUP BY k EMIT CHANGES;
"""
ROWS = [
    {"i": 3, "d": 1.5, "t": "b", "c": 1.25}, {"i": 9, "d": 2.5, "t": "a", "c": None}, {"i": 3, "d": None, "t": None, "c": 1.25},
    {"i": 5, "d": 0.5, "t": "c", "c": 2.5}, {"i": 9, "d": 4.0, "t": "b", "c": 0.25}, {"i": None, "d": 3.0, "t": "d", "c": 7},
]
EXPECTED = {
    "N": 6, "TOP": [9, 9],
    "TOP_ROWS": [{"sort_col": 9, "col0": "a", "col1": None}, {"sort_col": 9, "col0": "b", "col1": 0.25}],
    "TOP_TEXTS": ["d", "c"], "ONE_TEXT": None, "ONE_KEY": "x", "COUNTS": {"b": 2, "a": 1, "c": 1, "d": 1},
    "DEVIATION": 3.03315017762062, "VARIANCE": 1.825, "CORRELATION": 0.7627989486541283, "DIFFERENT": 4, "LATEST": ["b", "d"],
    "TEXTS": ["b", "a", None, "c", "d"], "AVERAGE": 5.8, "TOTAL": 12.25, "LAST_TEXT": "d",
}


def last_row(topics, unique, count):
    def row():
        values = [json.loads(record.value) for record in topics.read(f"{unique}.a", expect=1)]
        return values[-1] if values[-1]["N"] == count else None

    return wait_until(row, 30, f"a row of {count}")


def test_every_aggregate_goes_on_after_a_crash(stage, topics, bootstrap, unique, tmp_path):
    program = tmp_path / "aggregates.sql"
    program.write_text(PROGRAM.format(unique))
    topics.create(unique, 1)
    config = {"name": unique, "bootstrap.servers": bootstrap, "ksql.service.id": unique + "_",
              "ksql.queries.file": str(program), "commit.interval.ms": 100}
    records = [(b"x", json.dumps(row).encode(), 1000 + index) for index, row in enumerate(ROWS)]
    topics.produce(unique, records[:3])
    processor = stage("processor", config).start()
    last_row(topics, unique, 3)
    processor.kill()
    topics.produce(unique, records[3:])
    stage("processor", config, name="again").start()
    row = last_row(topics, unique, 6)
    assert {name: round(value, 12) if isinstance(value, float) else value for name, value in row.items()} == {
        name: round(value, 12) if isinstance(value, float) else value for name, value in EXPECTED.items()}
