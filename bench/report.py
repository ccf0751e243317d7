# SPDX-License-Identifier: MIT
"""Tables of results: medians with min and max, and how they compare."""

import dataclasses

from measure import median
from peers import PEER, REFERENCE, US

PIVOT = "inotifywait"


@dataclasses.dataclass(frozen=True)
class Metric:
    """A column. scale divides what was measured."""
    key: str
    title: str
    scale: float = 1
    digits: int = 0
    is_compared: bool = False  # followed by its ratios
    must_be_zero: bool = False  # otherwise the work was not done, and nobody is compared

    def show(self, value):
        """A number as text."""
        return "%.*f" % (self.digits, value / self.scale)


@dataclasses.dataclass
class Row:
    """All that was measured of one contender."""
    name: str
    kind: str
    samples: list = dataclasses.field(default_factory=list)
    failure: str = ""

    def values(self, key):
        """Those of one metric; empty if it has none."""
        return [sample[key] for sample in self.samples if sample.get(key) is not None]

    def median(self, key):
        """Of one metric, or None."""
        values = self.values(key)
        return median(values) if values else None


@dataclasses.dataclass
class Table:
    """Rows of one piece of work. reference names the row that others are compared with."""
    section: str
    title: str
    metrics: list
    reference: str = ""
    rows: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)

    def _comparable(self, row):
        # Who loses events, or whose records cannot be counted, does less than the work.
        return all(row.median(metric.key) == 0 for metric in self.metrics
                   if metric.must_be_zero)

    def _base(self, name, metric):
        """The median that a ratio column divides by, or None."""
        if name == "best peer":
            rows = [row for row in self.rows if row.kind == PEER and self._comparable(row)]
        else:
            rows = [row for row in self.rows if row.name == name]
        medians = [row.median(metric.key) for row in rows if not row.failure]
        return min((value for value in medians if value), default=None)

    def _bases(self, metric):
        """Titles and values of the ratio columns of a metric."""
        bases = [("/ reference", self._base(self.reference, metric)),
                 ("/ best peer", self._base("best peer", metric)),
                 ("/ " + PIVOT, self._base(PIVOT, metric))]
        return [(title, value) for title, value in bases if value]

    def header(self):
        """The titles of the columns."""
        titles = [""]
        for metric in self.metrics:
            titles.append(metric.title)
            if metric.is_compared:
                titles += [title for title, _ in self._bases(metric)]
        return titles

    def cells(self, row):
        """The columns of a row."""
        cells = [row.name + (" (reference)" if row.name == self.reference else "")]
        for metric in self.metrics:
            values = row.values(metric.key)
            cells.append(spread(metric, values))
            if metric.is_compared:
                cells += [ratio(median(values), base) if values else "–"
                          for _, base in self._bases(metric)]
        return cells

    def ordered_rows(self):
        """Ours first, then what they are compared with."""
        return sorted(self.rows, key=lambda row: (US, REFERENCE, PEER).index(row.kind))

    def markdown(self):
        """The table with its title and notes."""
        lines = [self.header()]
        lines += [self.cells(row) for row in self.ordered_rows() if not row.failure]
        failures = ["%s: %s" % (row.name, row.failure) for row in self.rows if row.failure]
        notes = "".join("- %s\n" % note for note in [*self.notes, *failures])
        text = "### %s\n\n%s" % (self.title, align(lines))
        return text + "\n" + notes if notes else text

    def data(self):
        """What --json writes."""
        return dataclasses.asdict(self)


def spread(metric, values):
    """The median, and min and max where they differ from it."""
    if not values:
        return "–"
    middle, low, high = (metric.show(f(values)) for f in (median, min, max))
    return middle if low == high else "%s (%s–%s)" % (middle, low, high)


def ratio(value, base):
    """A quotient with two digits or more."""
    quotient = value / base
    digits = 0 if quotient >= 100 else 2 if quotient >= 0.1 else 4
    return "%.*f" % (digits, quotient)


def align(lines):
    """Lines of cells as a table in Markdown, with even columns."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = ""
    for number, cells in enumerate(lines):
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        text += "| %s |\n" % " | ".join(padded)
        if number == 0:
            rules = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
            text += "| %s |\n" % " | ".join(rules)
    return text
