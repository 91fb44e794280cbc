"""Rows, conditions and sources of the reference model: plain Python, one record at a time."""
import dataclasses
import typing

WINDOWED_TYPES = {"time", "session"}


@dataclasses.dataclass
class Row:
    """What flows between steps. `values` is None for a row without a value, else columns without the key."""

    key: typing.Any
    values: dict | None
    timestamp: int
    window: dict | None = None

    def column(self, name, key_name):
        return self.key if name == key_name else self.values[name]


@dataclasses.dataclass(frozen=True)
class Source:
    """A declared stream or table: a key column and value columns with their SQL types."""

    name: str
    topic: str
    kind: str
    key: str
    key_type: str
    columns: dict

    def sql(self):
        primary = "KEY" if self.kind == "STREAM" else "PRIMARY KEY"
        columns = [f"{self.key} {self.key_type} {primary}"] + [f"{name} {kind}" for name, kind in self.columns.items()]
        return f"CREATE {self.kind} {self.name} ({', '.join(columns)}) WITH (kafka_topic='{self.topic}', value_format='JSON');"

    def read(self, record):
        """The row of an input record; None when a column cannot be read, and the record is skipped."""
        value = record["value"]
        if value is None:
            return Row(record["key"], None, record["timestamp"])
        if any(kind != "STRING" and isinstance(value.get(name), str) for name, kind in self.columns.items()):
            return None
        return Row(record["key"], {name: value.get(name) for name in self.columns}, record["timestamp"])


def holds(condition, get):
    """A condition is a nested tuple; a comparison with NULL is false, and so its NOT is true."""
    operator = condition[0]
    if operator == "and":
        return holds(condition[1], get) and holds(condition[2], get)
    if operator == "or":
        return holds(condition[1], get) or holds(condition[2], get)
    if operator == "not":
        return not holds(condition[1], get)
    value = get(condition[1])
    if operator == "null":
        return value is None
    if value is None:
        return False
    if operator == "between":
        return condition[2] <= value <= condition[3]
    return {"<": value < condition[2], ">": value > condition[2], "=": value == condition[2],
            "<>": value != condition[2], ">=": value >= condition[2]}[operator]


def literal(value):
    return f"'{value}'" if isinstance(value, str) else str(value)


def condition_sql(condition):
    operator = condition[0]
    if operator in ("and", "or"):
        return f"({condition_sql(condition[1])} {operator.upper()} {condition_sql(condition[2])})"
    if operator == "not":
        return f"NOT ({condition_sql(condition[1])})"
    if operator == "null":
        return f"{condition[1]} IS NULL"
    if operator == "between":
        return f"{condition[1]} BETWEEN {literal(condition[2])} AND {literal(condition[3])}"
    return f"{condition[1]} {operator} {literal(condition[2])}"


class Select:
    """SELECT columns and sums FROM a stream WHERE a condition. A null operand makes the column null."""

    def __init__(self, source, target, columns, where):
        self.source, self.target, self.columns, self.where = source, target, columns, where

    def sql(self):
        items = [self.source.key] + [f"{name} + {add} AS {name}_{number}" if add else name
                                     for number, (name, add) in enumerate(self.columns)]
        where = f" WHERE {condition_sql(self.where)}" if self.where else ""
        return f"CREATE STREAM {self.target} AS SELECT {', '.join(items)} FROM {self.source.name}{where};"

    def process(self, side, row):
        if row.values is None:
            return [] if self.where else [row]
        if self.where and not holds(self.where, lambda name: row.column(name, self.source.key)):
            return []
        values = {}
        for number, (name, add) in enumerate(self.columns):
            value = row.values[name]
            values[f"{name}_{number}" if add else name] = value + add if add and value is not None else value
        return [dataclasses.replace(row, values=values)]
