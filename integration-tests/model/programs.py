"""Random programs and random input, late, duplicated and null-laden: the same seed, the same case."""
import random

from .aggregates import Aggregate
from .joins import StreamJoin, StreamTableJoin, TableJoin
from .rows import Select, Source
from .windows import GroupBy, Window

LEFT = {"A": "INT", "D": "DOUBLE", "S": "STRING"}
RIGHT = {"B": "BIGINT", "E": "DOUBLE", "T": "STRING"}
WORDS = ["", "cod", "pike", "Röding", "z"]


def number(dice):
    return dice.randint(-5, 9)


def value_of(dice, kind):
    if dice.random() < 0.2:
        return None
    return {"STRING": lambda: dice.choice(WORDS), "DOUBLE": lambda: number(dice) / 4}.get(kind, lambda: number(dice))()


def condition(dice, columns, depth=2):
    choice = dice.random()
    if depth and choice < 0.4:
        operator = dice.choice(["and", "or", "not"])
        parts = [condition(dice, columns, depth - 1) for _ in range(1 if operator == "not" else 2)]
        return (operator, *parts)
    name = dice.choice(list(columns))
    kind = columns[name]
    if choice < 0.5:
        return ("null", name)
    if kind == "STRING":
        return (dice.choice(["=", "<>", ">"]), name, dice.choice(WORDS))
    if choice < 0.6:
        return ("between", name, -2, 5)
    literal = number(dice) / 4 if kind == "DOUBLE" else number(dice)
    return (dice.choice(["<", ">", "=", "<>", ">="]), name, literal)


def aggregate(dice, columns):
    name = dice.choice(["COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX", "COLLECT_LIST", "COLLECT_SET",
                        "EARLIEST_BY_OFFSET", "LATEST_BY_OFFSET"])
    if name == "COUNT" and dice.random() < 0.5:
        return Aggregate(name, None)
    numbers = [column for column, kind in columns.items() if kind != "STRING"]
    column = dice.choice(numbers if name in ("SUM", "AVG") else list(columns))
    if not name.endswith("_BY_OFFSET"):
        return Aggregate(name, column, columns[column])
    return Aggregate(name, column, columns[column], limit=dice.choice([None, None, 1, 3]), with_nulls=dice.random() < 0.3)


def having(dice, aggregates):
    """Over counts, sums and averages: what is never null and never a list."""
    names = [f"R{place}" for place, one in enumerate(aggregates) if one.name in ("COUNT", "SUM", "AVG")]
    if not names or dice.random() < 0.5:
        return None
    return (dice.choice(["<", ">", ">="]), dice.choice(names), dice.randint(-2, 6))


def window(dice, final):
    kind = dice.choice(["TUMBLING", "HOPPING", "SESSION"])
    advance = dice.choice([10, 25, 40])
    size = advance * dice.choice([1, 2, 3]) if kind == "HOPPING" else advance
    grace = dice.choice([None, 0, 10, 60]) if not final else dice.choice([None, 0, 10, 60, 200])
    return Window(kind, size, advance, grace)


def group_by(dice, source, target):
    final = dice.random() < 0.3
    made = window(dice, final) if final or dice.random() < 0.7 else None
    group = dice.choice([source.key, source.key, "A" if "A" in source.columns else "B", "S" if "S" in source.columns else "T"])
    aggregates = [aggregate(dice, source.columns) for _ in range(dice.randint(1, 4))]
    where = condition(dice, source.columns) if dice.random() < 0.3 else None
    return GroupBy(source, target, group, aggregates, window=made, where=where, having=having(dice, aggregates), final=final)


def stream_join(dice, sources, target):
    before = dice.choice([0, 5, 20, 60])
    after = before if dice.random() < 0.6 else dice.choice([0, 5, 20, 60])
    kind = dice.choice(["INNER", "LEFT", "RIGHT", "FULL"])
    return StreamJoin(kind, sources, target, before, after, dice.choice([None, 0, 10, 60]) if before == after
                      else dice.choice([0, 10, 60]))


def queries(dice):
    key_type = dice.choice(["STRING", "STRING", "INT", "BIGINT"])

    def sources(left, right):
        return (Source("L", "left_topic", left, "LID", key_type, LEFT), Source("R", "right_topic", right, "RID", key_type, RIGHT))

    shape = dice.choice(["select", "group", "group", "group", "streams", "streams", "streams", "stream-table", "tables", "chain"])
    left, right = sources("TABLE" if shape == "tables" else "STREAM", "TABLE" if "table" in shape else "STREAM")
    if shape == "select":
        columns = [(name, dice.choice([0, 0, 2]) if kind != "STRING" else 0) for name, kind in LEFT.items()]
        return [left], [Select(left, "OUT", columns, condition(dice, LEFT) if dice.random() < 0.6 else None)]
    if shape == "group":
        return [left], [group_by(dice, left, "OUT")]
    if shape == "streams":
        return [left, right], [stream_join(dice, (left, right), "OUT")]
    if shape == "stream-table":
        return [left, right], [StreamTableJoin(dice.choice(["INNER", "LEFT"]), (left, right), "OUT")]
    if shape == "tables":
        return [left, right], [TableJoin(dice.choice(["INNER", "LEFT", "RIGHT", "FULL"]), (left, right), "OUT")]
    join = stream_join(dice, (left, right), "OUT")
    joined = Source("OUT", "OUT", "STREAM", join.key_name, key_type, {**LEFT, **RIGHT})
    return [left, right], [join, group_by(dice, joined, "LAST")]


def inputs(dice, sources):
    """Time goes on by small steps, now and then by a jump; a record may be late, doubled, without key or value, or unreadable."""
    records, clock = [], dice.choice([0, 100, 1000])
    while len(records) < dice.choice([10, 40, 80]):
        source = dice.choice(sources)
        clock += 300 if dice.random() < 0.03 else dice.randint(0, 8)
        timestamp = max(0, clock - (dice.randint(0, 120) if dice.random() < 0.25 else 0))
        key = dice.randint(-1, 2)
        record = {"topic": source.topic, "key": f"k{key}" if source.key_type == "STRING" else key,
                  "value": {name: value_of(dice, kind) for name, kind in source.columns.items() if dice.random() < 0.9},
                  "timestamp": timestamp}
        if dice.random() < 0.05:
            record["key"] = None
        if dice.random() < 0.08:
            record["value"] = None
        elif dice.random() < 0.03:
            record["value"][next(iter(source.columns))] = "no number"
        records += [record] * (2 if dice.random() < 0.1 else 1)
    return records


class Case:
    """A program, its input, and what the model says."""

    def __init__(self, seed):
        dice = random.Random(seed)
        self.seed = seed
        self.sources, self.queries = queries(dice)
        self.inputs = inputs(dice, self.sources)

    def request(self):
        return {"id": f"seed {self.seed}", "statements": [one.sql() for one in [*self.sources, *self.queries]],
                "properties": {"ksql.streams.__emit.interval.ms.kstreams.windowed.aggregation__": 0},
                "topics": [], "inputs": self.inputs}

    def expected(self):
        """One query after the other, each to its end, as the test command runs them."""
        by_topic = {source.topic: (side, source) for side, source in enumerate(self.sources)}
        rows = [(by_topic[record["topic"]][0], by_topic[record["topic"]][1].read(record)) for record in self.inputs]
        outputs = []
        for query in self.queries:
            made = [out for side, row in rows if row is not None for out in query.process(side, row)]
            outputs += [(query.target, row.key, row.values, row.timestamp, row.window) for row in made]
            rows = [(0, row) for row in made]
        return outputs
