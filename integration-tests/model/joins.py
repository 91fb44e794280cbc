"""Joins of the reference model. Side 0 is the left one of the statement, side 1 the right one."""
from .rows import Row

DAY = 86_400_000
INFINITE = 1 << 62


class Join:
    """What all joins share: the statement and the joined values."""

    def __init__(self, kind, sources, target, within=""):
        self.kind, self.sources, self.target, self.within = kind, sources, target, within
        self.key_name = "ROWKEY" if kind == "FULL" else sources[0].key

    def sql(self):
        left, right = self.sources
        made = "TABLE" if (left.kind, right.kind) == ("TABLE", "TABLE") else "STREAM"
        columns = [self.key_name, *left.columns, *right.columns]
        return (f"CREATE {made} {self.target} AS SELECT {', '.join(columns)} FROM {left.name} {self.kind} JOIN {right.name}"
                f"{self.within} ON {left.name}.{left.key} = {right.name}.{right.key};")

    def joined(self, sides):
        """The columns of both; a missing side's are null."""
        values = {}
        for source, found in zip(self.sources, sides):
            values.update(found if found is not None else dict.fromkeys(source.columns))
        return values

    def pair(self, side, own, other):
        return self.joined((own, other) if side == 0 else (other, own))

    def keeps(self, side):
        return self.kind == "FULL" or self.kind == ("LEFT", "RIGHT")[side]


class StreamJoin(Join):
    """Both sides wait in a window. With RIGHT, the right stream is the one that the window is measured from."""

    def __init__(self, kind, sources, target, before, after, grace):
        within = f" WITHIN {before} MILLISECONDS" if before == after else \
            f" WITHIN ({before} MILLISECONDS, {after} MILLISECONDS)"
        if grace is not None:
            within += f" GRACE PERIOD {grace} MILLISECONDS"
        super().__init__(kind, sources, target, within)
        self.first = 1 if kind == "RIGHT" else 0
        self.look = {self.first: (before, after), 1 - self.first: (after, before)}
        self.waits = kind != "INNER" and grace is not None
        self.grace = max(DAY - 2 * before, 0) if grace is None else grace
        self.retention = max(before + after + self.grace, 1)  # ksqlDB's store of no length would never match
        self.store, self.newest = ([], []), [-1, -1]
        self.time, self.waiting, self.flushed = -1, {}, False

    def process(self, side, row):
        self.time = max(self.time, row.timestamp)
        if row.values is None:
            return []
        if row.key is None:
            return [self.alone(side, None, row.values, row.timestamp)] if self.keeps(side) else []
        out = self.flush(side) if self.waits and row.timestamp == self.time else []
        found = self.matches(side, row)
        for timestamp, values in found:
            self.waiting.pop((timestamp, 1 - side, row.key), None)
            out.append(Row(row.key, self.pair(side, row.values, values), max(timestamp, row.timestamp)))
        if not found and self.keeps(side):
            if not self.waits or row.timestamp + self.look[side][1] < self.time:
                out.append(self.alone(side, row.key, row.values, row.timestamp))
            else:
                self.waiting.setdefault((row.timestamp, side, row.key), []).append(row.values)
        self.store[side].append((row.key, row.timestamp, row.values))
        self.newest[side] = max(self.newest[side], row.timestamp)
        return out

    def alone(self, side, key, values, timestamp):
        return Row(key, self.pair(side, values, None), timestamp)

    def matches(self, side, row):
        before, after = self.look[side]
        oldest = self.newest[1 - side] - self.retention + 1
        found = [(timestamp, values) for key, timestamp, values in self.store[1 - side]
                 if key == row.key and timestamp >= oldest
                 and max(0, row.timestamp - before) <= timestamp <= row.timestamp + after]
        return sorted(found, key=lambda match: match[0])

    def flush(self, side):
        """Once only: the wall clock of a test stands still, and a flush waits for the next second."""
        oldest = min((timestamp for timestamp, _, _ in self.waiting), default=INFINITE)
        if self.flushed or oldest + self.look[side][1] + self.grace >= self.time:
            return []
        self.flushed = True
        out = []
        order = sorted(self.waiting, key=lambda name: (name[0], name[1] == self.first, key_bytes(name[2])))
        for name in order:
            timestamp, one_side, key = name
            if timestamp + self.look[one_side][1] + self.grace < self.time:
                out += [self.alone(one_side, key, values, timestamp) for values in self.waiting.pop(name)]
        return out


def key_bytes(key):
    return key.encode() if isinstance(key, str) else (key & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")


class StreamTableJoin(Join):
    """The stream's row meets the table as it is then."""

    def __init__(self, kind, sources, target):
        super().__init__(kind, sources, target)
        self.table = {}

    def process(self, side, row):
        if side == 1:
            if row.key is not None:
                self.table[row.key] = row.values
            return []
        if row.values is None or (row.key is None and self.kind == "INNER"):
            return []
        found = self.table.get(row.key) if row.key is not None else None
        if found is None and self.kind == "INNER":
            return []
        return [Row(row.key, self.joined((row.values, found)), row.timestamp)]


class TableJoin(Join):
    """An update of either side updates the joined row."""

    def __init__(self, kind, sources, target):
        super().__init__(kind, sources, target)
        self.tables = ({}, {})

    def process(self, side, row):
        if row.key is None:
            return []
        before, _ = self.tables[side].get(row.key, (None, -1))
        self.tables[side].pop(row.key, None)
        if row.values is not None:
            self.tables[side][row.key] = (row.values, row.timestamp)
        other, other_time = self.tables[1 - side].get(row.key, (None, -1))
        if other is None and (not self.keeps(side) or (row.values is None and before is None)):
            return []
        stays = (row.values is not None or self.keeps(1 - side)) and (row.values is not None or other is not None)
        values = self.pair(side, row.values, other) if stays else None
        return [Row(row.key, values, max(row.timestamp, other_time))]
