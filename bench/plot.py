"""A plot of a few series over logarithmic axes, as SVG without any library."""

import html
import math

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 110, 48, 56


class Series:
    """`mark`: "line" for one that is only a line, "square" or "circle" for one whose points are shown."""

    def __init__(self, name, points, colour, mark):
        self.name, self.points, self.colour, self.mark = name, points, colour, mark


def steps(least, most):
    """1, 2, 5, 10, … from below `least` to above `most`."""
    values = [factor * 10**power for power in range(-3, 9) for factor in (1, 2, 5)]
    first = max(index for index, value in enumerate(values) if value <= least)
    last = min(index for index, value in enumerate(values) if value >= most)
    return values[first:last + 1]


class Axis:
    """Maps values from the first of `ticks` to the last one to places from `begin` to `end`."""

    def __init__(self, ticks, begin, end):
        self.ticks, self.begin, self.end = ticks, begin, end

    def place(self, value):
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        return round(self.begin + (self.end - self.begin) * (math.log(value) - low) / (high - low), 1)


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{more}>{html.escape(words)}</text>'


def grid(across, up):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for tick in across.ticks:
        x = across.place(tick)
        yield f'<path d="M{x} {TOP}V{bottom}" stroke="#e4e4e4"/>'
        yield text(x, bottom + 18, f"{tick:,}")
    for tick in up.ticks:
        y = up.place(tick)
        yield f'<path d="M{LEFT} {y}H{right}" stroke="#e4e4e4"/>'
        yield text(LEFT - 8, y + 4, f"{tick:,}", "end")
    yield f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#333"/>'


def points(series, across, up):
    places = [(across.place(x), up.place(y)) for x, y in series.points]
    line = " ".join(f"{x},{y}" for x, y in places)
    if series.mark == "line":
        yield f'<polyline points="{line}" fill="none" stroke="{series.colour}" stroke-width="2"/>'
    for (x, y), (nodes, seconds) in zip(places, series.points):
        told = f"<title>{series.name}: {nodes:,.0f}, {seconds:.3f} s</title>"
        if series.mark == "square":
            yield f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="none" stroke="{series.colour}" stroke-width="1.5">{told}</rect>'
        elif series.mark == "circle":
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{series.colour}">{told}</circle>'


def legend(all_series):
    x = WIDTH - RIGHT + 14
    for row, series in enumerate(all_series):
        y = TOP + 20 + 22 * row
        if series.mark == "line":
            yield f'<path d="M{x - 6} {y}h12" stroke="{series.colour}" stroke-width="2"/>'
        elif series.mark == "square":
            yield f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="none" stroke="{series.colour}" stroke-width="1.5"/>'
        else:
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{series.colour}"/>'
        yield text(x + 12, y + 4, series.name, "start")


def draw(title, below, beside, all_series):
    """The whole SVG."""
    xs, ys = ([point[side] for series in all_series for point in series.points] for side in (0, 1))
    across = Axis(steps(min(xs), max(xs)), LEFT, WIDTH - RIGHT)
    up = Axis(steps(min(ys), max(ys)), HEIGHT - BOTTOM, TOP)
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
             text(WIDTH / 2, 26, title, more=' font-size="15"'),
             *grid(across, up),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, below),
             text(18, middle, beside, more=f' transform="rotate(-90 18 {middle})"')]
    for series in all_series:
        parts += points(series, across, up)
    return "\n".join([*parts, *legend(all_series), "</svg>"]) + "\n"
