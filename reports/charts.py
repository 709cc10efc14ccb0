"""Charts as SVG made on the server: the same on screen and paper, always beside their table."""

from tasks.models import State, Timeliness

WIDTH, GAP = 300, 1
# Confirmed, said, running, not begun, overdue; the colours are the tokens of static/look.css, as attributes because
# a PDF ignores page CSS inside an inline SVG.
COLOURS = {"done": "#1b7f6b", "said": "#6fb8a6", "doing": "#2f6db5", "todo": "#b4bec8", "late": "#c2410c", "wait": "#64748b"}


def parts(tally):
    """{part: n}: each assignment counted once, overdue before its state."""
    overdue = tally.by_timeliness()[Timeliness.OVERDUE]
    waiting = tally.by_timeliness()[Timeliness.WAITING]
    late = {state: tally._sum(state=[state], timeliness=[Timeliness.OVERDUE]) for state in State}
    states = tally.by_state()
    held = {state: tally._sum(state=[state], timeliness=[Timeliness.WAITING]) for state in State}
    free = {state: states[state] - late[state] - held[state] for state in State}
    return {
        "done": states[State.DONE],
        "said": states[State.SAID],
        "doing": free[State.DOING] + free[State.RETURNED],
        "todo": free[State.TODO],
        "wait": waiting,
        "late": overdue,
    }


def bar(tally):
    """Rectangles of one stacked bar: [{"part", "x", "width", "colour", "n"}], widths in 300ths of the bar."""
    return bar_of(parts(tally))


def bar_of(counts):
    """The same rectangles from {part: n}; on paper the counts are frozen with the report."""
    counts = {part: n for part, n in counts.items() if n}
    total = sum(counts.values())
    free = WIDTH - GAP * max(len(counts) - 1, 0)
    rectangles, x = [], 0.0
    for part, n in counts.items():
        width = free * n / total
        rectangles.append({"part": part, "x": f"{x:.1f}", "width": f"{width:.1f}", "colour": COLOURS[part], "n": n})
        x += width + GAP
    return rectangles


# Paper may be printed in black: the patterns of templates/pdf/_patterns.svg tell the parts apart without their colours.
PLAIN = {"done": COLOURS["done"], "todo": "white"}
LETTER, ROOM = 7, 5  # of a number inside a rectangle: a digit's width, and what it needs around it


def fill_of(part):
    """How a part is filled on paper, as the attribute of an SVG shape."""
    return PLAIN.get(part, f"url(#{part})")


def labelled(rectangles):
    """The rectangles, each with the place of its number ({"x", "width", "mid"}) where there is room for it, else None: nobody hovers
    over paper."""
    for one in rectangles:
        room = LETTER * len(str(one["n"])) + ROOM
        fits = room + 2 <= float(one["width"])
        label = {"x": f"{float(one['x']) + (float(one['width']) - room) / 2:.1f}", "width": room} if fits else None
        yield {**one, "label": label and label | {"mid": f"{float(one['x']) + float(one['width']) / 2:.1f}"}}


TREND = {"width": 640, "height": 210, "left": 8, "right": 12, "top": 16, "bottom": 28}


def trend(points, target):
    """Geometry of a line chart: `points` are [(label, stated, computed)] of equal steps, numbers or None; `target` a number.

    {"months": [(x, label)], "target_y", "base_y", "stated": {"lines", "dots"}, "computed": …}; a month without a figure breaks the line.
    """
    highest = max([float(target), *(float(number) for _label, *pair in points for number in pair if number is not None)]) or 1.0
    inner, floor = TREND["width"] - TREND["left"] - TREND["right"], TREND["height"] - TREND["bottom"]
    xs = [TREND["left"] + inner * (n + 0.5) / len(points) for n in range(len(points))]

    def y(number):
        return floor - (floor - TREND["top"]) * float(number) / (highest * 1.05)

    chart = {**TREND, "months": [(f"{x:.1f}", label) for x, (label, *_pair) in zip(xs, points, strict=True)]}
    chart |= {"target_y": f"{y(target):.1f}", "label_y": f"{y(target) - 4:.1f}", "base_y": floor, "month_y": TREND["height"] - 10}
    for place, name in enumerate(["stated", "computed"], 1):
        dots = [None if point[place] is None else (f"{x:.1f}", f"{y(point[place]):.1f}") for x, point in zip(xs, points, strict=True)]
        chart[name] = {"dots": [dot for dot in dots if dot], "lines": [" ".join(map(",".join, run)) for run in _runs(dots) if len(run) > 1]}
    return chart


def _runs(dots):
    """The dots that follow each other without a gap."""
    run = []
    for dot in [*dots, None]:
        if dot:
            run.append(dot)
        elif run:
            yield run
            run = []
