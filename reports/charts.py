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
    counts = {part: n for part, n in parts(tally).items() if n}
    total = sum(counts.values())
    free = WIDTH - GAP * max(len(counts) - 1, 0)
    rectangles, x = [], 0.0
    for part, n in counts.items():
        width = free * n / total
        rectangles.append({"part": part, "x": f"{x:.1f}", "width": f"{width:.1f}", "colour": COLOURS[part], "n": n})
        x += width + GAP
    return rectangles
