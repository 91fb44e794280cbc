"""GROUP BY of the reference model: without a window, tumbling, hopping and session windows, HAVING, EMIT CHANGES and FINAL."""
import dataclasses
import itertools

from .joins import DAY, key_bytes
from .rows import Row, condition_sql, holds


@dataclasses.dataclass
class Window:
    kind: str  # "TUMBLING", "HOPPING", "SESSION"
    size: int  # of a session: the gap
    advance: int
    grace: int | None

    def sql(self):
        advance = f", ADVANCE BY {self.advance} MILLISECONDS" if self.kind == "HOPPING" else ""
        grace = "" if self.grace is None else f", GRACE PERIOD {self.grace} MILLISECONDS"
        length = f"{self.size} MILLISECONDS"
        return f" WINDOW {self.kind} ({length if self.kind == 'SESSION' else 'SIZE ' + length}{advance}{grace})"

    def starts(self, timestamp):
        first = max(0, timestamp - self.size + self.advance) // self.advance * self.advance
        return list(range(first, timestamp + 1, self.advance))


class GroupBy:
    """CREATE TABLE target AS SELECT group, aggregates FROM source WINDOW WHERE GROUP BY HAVING EMIT."""

    def __init__(self, source, target, group, aggregates, *, window=None, where=None, having=None, final=False):
        self.source, self.target, self.group, self.aggregates = source, target, group, aggregates
        self.window, self.where, self.having, self.final = window, where, having, final
        if window:
            self.grace = window.grace if window.grace is not None else 0 if final else max(DAY - window.size, 0)
        self.numbers = itertools.count()
        self.held, self.time = {}, -1  # held: key or (key, start) -> (states, newest timestamp)
        self.sessions, self.newest_end = {}, -1  # key -> [(start, end, states)]
        self.last, self.newest_start = -1, 0

    def sql(self):
        items = [self.group] + [f"{one.sql()} AS R{number}" for number, one in enumerate(self.aggregates)]
        where = f" WHERE {condition_sql(self.where)}" if self.where else ""
        having = ""
        if self.having:
            text = condition_sql(self.having)
            for number, one in reversed(list(enumerate(self.aggregates))):
                text = text.replace(f"R{number}", one.sql())
            having = f" HAVING {text}"
        return (f"CREATE TABLE {self.target} AS SELECT {', '.join(items)} FROM {self.source.name}"
                f"{self.window.sql() if self.window else ''}{where} GROUP BY {self.group}{having}"
                f" EMIT {'FINAL' if self.final else 'CHANGES'};")

    def process(self, side, row):
        if row.values is None or (self.where and not holds(self.where, lambda name: row.column(name, self.source.key))):
            return []
        key = row.column(self.group, self.source.key)
        if key is None:
            return []
        number = next(self.numbers)
        if not self.window:
            return self.update(key, key, None, row, number)
        self.time = max(self.time, row.timestamp)
        if self.window.kind == "SESSION":
            out = self.session(key, row, number)
            return self.closed_sessions() if self.final else out
        out = []
        for start in self.window.starts(row.timestamp):
            if start + self.window.size > self.time - self.grace:
                self.newest_start = max(self.newest_start, start)
                out += self.update((key, start), key, self.bounds(start), row, number)
        return self.closed_windows() if self.final else out

    def bounds(self, start):
        return {"start": start, "end": start + self.window.size, "type": "time"}

    # ---- states and results

    def initial(self):
        return tuple(() for _ in self.aggregates)

    def added(self, states, row, number):
        return tuple(one.add(state, number, row.column(one.column, self.source.key) if one.column else 1)
                     for one, state in zip(self.aggregates, states))

    def results(self, states):
        return {f"R{number}": one.result(state) for number, (one, state) in enumerate(zip(self.aggregates, states))}

    def passes(self, states):
        return not self.having or holds(self.having, self.results(states).__getitem__)

    def update(self, name, key, window, row, number):
        old, newest = self.held.get(name, (self.initial(), -1))
        states, newest = self.added(old, row, number), max(newest, row.timestamp)
        self.held[name] = (states, newest)
        if self.passes(states):
            return [Row(key, self.results(states), newest, window)]
        return [Row(key, None, newest, window)] if self.passes(old) else []

    # ---- sessions

    def session(self, key, row, number):
        gap, timestamp = self.window.size, row.timestamp
        oldest_end = self.newest_end - (gap + self.grace) + 1
        all_of_key = self.sessions.setdefault(key, [])
        merged = sorted((one for one in all_of_key if one[1] >= max(timestamp - gap, oldest_end)
                         and one[0] <= timestamp + gap), key=lambda one: (one[1], one[0]))
        start = min([timestamp] + [one[0] for one in merged])
        end = max([timestamp] + [one[1] for one in merged])
        if end < self.time - self.grace - gap:
            return []
        states, out = self.initial(), []
        for one in merged:
            states = tuple(kind.merge(a, b) for kind, a, b in zip(self.aggregates, states, one[2]))
            all_of_key.remove(one)
            if (start, end) != (timestamp, timestamp) and self.passes(one[2]):
                out.append(Row(key, None, one[1], self.span(one[0], one[1])))
        states = self.added(states, row, number)
        all_of_key.append((start, end, states))
        self.newest_end = max(self.newest_end, end)
        if self.passes(states):
            out.append(Row(key, self.results(states), end, self.span(start, end)))
        return out

    @staticmethod
    def span(start, end):
        return {"start": start, "end": end, "type": "session"}

    # ---- EMIT FINAL

    def closed_windows(self):
        close, size = self.time - self.grace, self.window.size
        upper = close - size
        if (self.last != -1 and self.last >= close) or upper < 0:
            return []
        low = 0
        if self.last != -1:
            low = max(0, self.last - size) + 1
            if self.window.starts(upper) == self.window.starts(low - 1):
                return []
        self.last = close
        low = max(low, self.newest_start - (size + self.grace))
        names = sorted((name for name in self.held if low <= name[1] <= upper), key=lambda name: (name[1], key_bytes(name[0])))
        return [Row(key, self.results(self.held[key, start][0]), self.held[key, start][1], self.bounds(start))
                for key, start in names if self.passes(self.held[key, start][0])]

    def closed_sessions(self):
        close = self.time - self.grace - self.window.size
        if self.last != -1 and self.last >= close or close - 1 < 0:
            return []
        closed = sorted((end, start, key_bytes(key), key, states) for key, all_of_key in self.sessions.items()
                        for start, end, states in all_of_key if max(0, self.last) <= end <= close - 1)
        self.last = close
        return [Row(key, self.results(states), end, self.span(start, end))
                for end, start, _, key, states in closed if self.passes(states)]
