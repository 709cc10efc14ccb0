"""The figures of one database as a table for people."""

HEAD = ("work", "CPU ms", "× bare", "target", "p50", "p95", "c8 p50", "c8 p95", "c8 /s", "kB", "gzip", "queries")


def table(told):
    """Lines of text: pages with their multiple of the bare page, then acts."""
    lines = [HEAD, *(_page(row) for row in told["pages"])]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    text = ["  ".join(_padded(line, widths)) for line in lines]
    return "\n".join([*text, "", *(_act(name, act) for name, act in told["acts"].items())])


def _padded(line, widths):
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]


def _page(row):
    one, eight = row.get("one"), row.get("eight") or {}
    if not one:
        return (row["name"], row["result"], *[""] * (len(HEAD) - 2))
    target = f"≤ {row['target']}" if row["target"] else f"≤ {row['target_seconds']} s" if row["target_seconds"] else ""
    bad = [status for status in one["statuses"] if int(status) >= 400]
    return (
        row["name"] + (f" [answers {bad}]" if bad else ""),
        f"{one['cpu_ms']:.1f}",
        f"{row['bare_pages']:.1f}" if "bare_pages" in row else "",
        target + _verdict(row),
        *(
            f"{value:.0f}" if value is not None else ""
            for value in (one["p50_ms"], one["p95_ms"], eight.get("p50_ms"), eight.get("p95_ms"))
        ),
        f"{eight['per_second']:.0f}" if eight else "",
        f"{one['kb']:.0f}",
        f"{one['zipped_kb']:.0f}",
        str(one["queries"]),
    )


def met(row):
    """Whether a page's targets are met; None where it has none or is not there."""
    one, wanted = row.get("one"), []
    if one and row["target"] and "bare_pages" in row:
        wanted.append(row["bare_pages"] <= row["target"])
    if one and row["target_seconds"]:
        wanted.append(one["p50_ms"] <= row["target_seconds"] * 1000)
    if one and row["target_zipped_kb"]:
        wanted.append(one["zipped_kb"] <= row["target_zipped_kb"])
    return all(wanted) if wanted else None


def _verdict(row):
    return {True: " ok", False: " NO", None: ""}[met(row)]


def _act(name, act):
    told = ", ".join(f"{key} {value}" for key, value in act.items() if value is not None)
    return f"{name}: {told}"
