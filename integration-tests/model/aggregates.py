"""Aggregate functions of the reference model. A state is a list of what was added, (number of the row, value): slow and plain."""


class Aggregate:
    """`name(column, more...)`; a state is a tuple of (number, value) pairs, in the order that counts."""

    def __init__(self, name, column, kind=None, *, limit=None, with_nulls=False):
        self.name, self.column, self.limit, self.with_nulls = name, column, limit, with_nulls
        self.zero = 0.0 if kind == "DOUBLE" else 0

    def sql(self):
        more = ([str(self.limit)] if self.limit else []) + (["false"] if self.with_nulls else [])
        return f"{self.name}({', '.join([self.column or '*', *more])})"

    def takes(self, value):
        if self.column is None or self.name.startswith("COLLECT"):
            return True
        return value is not None or self.with_nulls

    def add(self, state, number, value):
        if not self.takes(value):
            return state
        if self.name == "COLLECT_SET" and any(value == held for _, held in state):
            return state
        state = (*state, (number, value))
        if self.name == "EARLIEST_BY_OFFSET":
            return state[:self.limit or 1]
        if self.name == "LATEST_BY_OFFSET":
            return state[-(self.limit or 1):]
        return state

    def merge(self, state, other):
        """Two sessions become one. The newest N keep the first N of both, as ksqlDB does."""
        both = (*state, *other)
        if self.name == "COLLECT_SET":
            for number, value in other:
                state = self.add(state, number, value)
            return state
        if not self.name.endswith("_BY_OFFSET"):
            return both
        both = tuple(sorted(both, key=lambda pair: pair[0]))
        if self.name == "LATEST_BY_OFFSET" and not self.limit:
            return both[-1:]
        return both[:self.limit or 1]

    def result(self, state):
        values = [value for _, value in state]
        if self.name == "COUNT":
            return len(values)
        if self.name == "SUM":
            return sum(values, self.zero)
        if self.name == "AVG":
            return sum(values) / len(values) if values else 0.0
        if self.name in ("MIN", "MAX"):
            return (min if self.name == "MIN" else max)(values, default=None)
        if self.name.startswith("COLLECT") or self.limit:
            return values
        return values[0] if values else None
