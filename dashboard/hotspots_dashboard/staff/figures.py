"""Small figures of the desk as SVG, without a style of single elements: the strict policy of content allows none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = 24


def bars(values: Sequence[tuple[str, int]], *, label: str, height: int = 64, width: int = 480) -> Markup:
    """Bars with the first and last name under them and the largest number beside it. An empty sequence is no figure."""
    if not values:
        return Markup("")
    most = max(n for _, n in values) or 1
    step = width / len(values)
    drawn = [
        f'<rect x="{at * step + 1:.1f}" y="{height - height * n / most:.1f}" width="{max(step - 2, 1):.1f}" '
        f'height="{height * n / most:.1f}"><title>{escape(name)}: {n:,}</title></rect>'
        for at, (name, n) in enumerate(values)
    ]
    words = escape(f"{label}: " + "; ".join(f"{name} {n:,}" for name, n in values))
    first, last = escape(values[0][0]), escape(values[-1][0])
    return Markup(
        f'<figure class="bars"><svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        f'aria-label="{words}">{"".join(drawn)}</svg>'
        f"<figcaption><span>{first}</span><span>most {most:,}</span><span>{last}</span></figcaption></figure>"
    )


def week_grid(counts: Mapping[tuple[int, int], int], *, label: str) -> Markup:
    """Hours by weekdays; `counts` by ISO weekday and hour. Darker is more; each cell says its number."""
    most = max(counts.values(), default=0) or 1
    cells = []
    for day in range(1, 8):
        cells.append(f'<text x="26" y="{day * 16 + 8}" text-anchor="end">{WEEKDAYS[day - 1]}</text>')
        for hour in range(HOURS):
            n = counts.get((day, hour), 0)
            level = 0 if n == 0 else 1 + min(4, int(5 * n / (most + 1)))
            cells.append(
                f'<rect class="heat-{level}" x="{30 + hour * 16}" y="{day * 16 - 4}" width="15" height="15">'
                f"<title>{WEEKDAYS[day - 1]} {hour:02}–{hour + 1:02}: {n}</title></rect>"
            )
    hours = "".join(f'<text x="{30 + hour * 16}" y="9">{hour:02}</text>' for hour in range(0, HOURS, 3))
    return Markup(
        f'<svg class="week-grid" viewBox="0 0 416 130" role="img" aria-label="{escape(label)}">{hours}{"".join(cells)}</svg>'
    )
