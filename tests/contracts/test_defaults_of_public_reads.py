"""Never 0 for what is not known: every outer join and default of the public reads is listed with its reason and the test that shows it.

A new one fails here until somebody has said what it stands for. The list is of the form: where it stands, as it is written, why it is no lie.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
QUERIES = CHECKOUT / "sql" / "queries" / "public"
READERS = (
    "hotspots/store/public", "hotspots/api", "hotspots/pipeline/follow", "hotspots/pipeline/comparison.py", "hotspots/pipeline/change_tables.py",
    "hotspots/domain/honest_number.py",
    "hotspots/domain/public_answer.py", "dashboard/hotspots_dashboard/public", "dashboard/hotspots_dashboard/components",
    "dashboard/hotspots_dashboard/words",
)  # fmt: skip
DEFAULTING = (
    "get",
    "fromkeys",
    "pop",
    "setdefault",
    "fillna",
    "fill_null",
)  # methods that take a value for what is not there

# What a default may be. The last three need a test that shows what is not known as not known.
WORD = "a word in the city file's language where another has none; no number"
FLAG = "before a first publication, when there is nothing to ask"
EMPTY_TILE = "bytes of a tile without features"
NOT_SHOWN = "a number of the program, not of the data"
COUNTED = "rows that are there are counted; days without data are left out by the coverage"
MARK = "a mark for not known, which is read back as None"
DRAWN = "the height of a drawing; what is None is drawn as a gap"

GAPS = "tests/pipeline/publish/test_gaps.py"
COUNTS = "tests/store/public/test_incident_counts.py"
BREAKDOWNS = f"{COUNTS}::test_every_breakdown_counts_the_same_rows"
NO_SERIES = f"{GAPS}::test_no_series_of_the_api_says_0_for_what_is_not_known"
NO_HOUR = f"{COUNTS}::test_an_hour_that_is_not_known_is_counted_apart"
NO_PLACE = f"{COUNTS}::test_what_has_no_location_counts_in_its_recorded_area"
PERIODS = f"{GAPS}::test_counts_rates_and_series_hold_the_days_with_data_alone"
BARS = f"{GAPS}::test_months_and_weeks_of_a_gap_are_not_known_and_never_judged"
SILENT_PAGE = f"{GAPS}::test_the_page_of_an_area_says_nothing_of_days_without_data"
HOURS_AT_ENDS = "tests/api/test_features.py::test_hours_of_an_interval_leave_what_they_touch_and_say_what_is_not_known"
SILENT_MAP = "tests/dashboard/public/test_city_view.py::test_a_map_of_days_without_data_shows_no_0"

REGISTER: dict[tuple[str, str], tuple[str, str | None]] = {
    ("city.read_city", "coalesce(words #>> array[:language, 'service'], service)"): (WORD, None),
    ("city.read_city", "coalesce(words #>> array[:language, 'attribution'], attribution)"): (WORD, None),
    ("city.read_city", "coalesce(words #>> array[:language, 'disclaimer'], disclaimer)"): (WORD, None),
    ("city.read_crime_types", "coalesce(c.words #>> array[:language, 'labels', t.label], t.label)"): (WORD, None),
    ("city.read_crime_types", "left join open.city"): (WORD, None),
    ("city.read_area_kinds", "coalesce(c.words #>> array[:language, 'labels', k.label], k.label)"): (WORD, None),
    ("city.read_area_kinds", "left join open.city"): (WORD, None),
    ("city.is_by_month", "coalesce((select by_month from open.city), false)"): (FLAG, None),
    ("city.read_areas", "coalesce(c.words #>> array[:language, 'labels', a.residents_source], a.residents_source)"): (WORD, None),
    ("city.read_areas", "left join open.city"): (WORD, None),
    ("city.read_place_kinds", "coalesce(c.words #>> array[:language, 'labels', p.label], p.label)"): (WORD, None),
    ("city.read_place_kinds", "left join open.city"): (WORD, None),
    ("city.read_location_types", "coalesce(c.words #>> array[:language, 'location_types', l.name], l.name)"): (WORD, None),
    ("city.read_location_types", "coalesce(c.words #>> array[:language, 'location_types', m.name], m.name)"): (WORD, None),
    ("city.read_location_types", "left join open.city"): (WORD, None),
    ("city.has_arrest", "coalesce((select arrest from open.city), false)"): (FLAG, None),
    ("features.incidents", "left join open.location_type"): (MARK, BREAKDOWNS),
    ("features._ends", "0 if interval.first_hour is None else interval.first_hour"): (COUNTED, HOURS_AT_ENDS),
    ("incidents.count_by_status", "left join {anchor}"): (COUNTED, PERIODS),
    ("incidents.by_location_type", "left join {location_type}"): (MARK, BREAKDOWNS),
    ("incidents.by_area", "coalesce(sum(n.incidents) filter (where a.anchor_id is not null), 0)"): (COUNTED, NO_SERIES),
    ("incidents.by_area", "left join of_kind"): (MARK, NO_PLACE),
    ("incidents.by_area", "unknown.get(area.area_id, 0)"): (
        COUNTED, f"{GAPS}::test_it_is_neither_ranked_nor_compared_over_these_days",
    ),
    ("incidents.by_area", "left join {anchor}"): (COUNTED, NO_SERIES),
    ("incidents.by_area_of_label_set", "coalesce(sum(n.incidents) filter (where a.status = 'outside'), 0)"): (COUNTED, NO_SERIES),
    ("incidents.by_area_of_label_set", "left join of_kind"): (MARK, NO_PLACE),
    ("incidents.latest", "left join open.location_type"): (MARK, BREAKDOWNS),
    ("incidents.page", "left join {crime_type}"): (MARK, BREAKDOWNS),
    ("incidents.page", "left join {location_type}"): (MARK, BREAKDOWNS),
    ("incidents.page", "left join {anchor}"): (MARK, BREAKDOWNS),
    ("map_table.points", "left join place"): (MARK, "tests/store/public/test_map_table.py::test_points_with_most_incidents_come_first"),
    ("recent_incidents.incidents", "coalesce(i.hour, -1::int2)"): (MARK, NO_HOUR),
    ("recent_incidents.column", "coalesce(i.{column}::int::int2, -1::int2)"): (MARK, BREAKDOWNS),
    ("recent_incidents.anchors", "coalesce(a.world_x, -1)"): (MARK, NO_PLACE),
    ("recent_incidents.anchors", "coalesce(a.world_y, -1)"): (MARK, NO_PLACE),
    ("search.numbers_on_streets", "coalesce(g.number_to, g.number_from)"): (WORD, None),
    ("search.entries", "coalesce(k.said || ' ' || a.code, g.name)"): (WORD, None),
    ("search.entries", "coalesce(k.label, l.said)"): (WORD, None),
    ("search.entries", "left join open.area"): (WORD, None),
    ("search.entries", "left join ("): (WORD, None),
    ("search.entries", "coalesce(c.words #>> array[:language, 'labels', ak.label], ak.label)"): (WORD, None),
    ("search.entries", "left join open.place"): (WORD, None),
    ("search.entries", "coalesce(c.words #>> array[:language, 'labels', pl.kind_label], pl.kind_label)"): (WORD, None),
    ("statistics.known_counts", "coalesce(sum(change) filter (where known_on <= :known_on::date), 0)"): (
        COUNTED, "tests/store/public/test_statistics.py::test_as_known_on_a_day_is_what_had_been_told_by_then",
    ),
    ("tiles.base", "coalesce(st_asmvt(f, 'land', 4096, 'geom'), '')"): (EMPTY_TILE, None),
    ("tiles.base", "coalesce(st_asmvt(f, 'park', 4096, 'geom'), '')"): (EMPTY_TILE, None),
    ("tiles.base", "coalesce(st_asmvt(f, 'street', 4096, 'geom'), '')"): (EMPTY_TILE, None),
    ("tiles.base", "coalesce(st_asmvt(f, 'water', 4096, 'geom'), '')"): (EMPTY_TILE, None),
    ("tiles.base", "coalesce(st_asmvt(f, 'around', 4096, 'geom'), '')"): (EMPTY_TILE, None),
    ("tiles.areas", "coalesce(st_asmvt(f, 'area', 4096, 'geom', 'area_id'), '')"): (EMPTY_TILE, None),
    ("tiles.forecast", "coalesce(st_asmvt(f, 'forecast', 4096, 'geom', 'cell_id'), '')"): (EMPTY_TILE, None),
    ("answer_cache._end", "size_of(answer) if answer and self._most_bytes is not None else 0"): (NOT_SHOWN, None),
    ("answer_size._several", "round(sum(sizes) / len(sizes) * n) if sizes else 0"): (NOT_SHOWN, None),
    ("incidents.by_day", "dict.fromkeys((day for part in coverage.stretches for day in part.days()), 0)"): (COUNTED, PERIODS),
    ("incidents.count", "counts.hour_unknown(connection, question) if question.hours else 0"): (COUNTED, NO_HOUR),
    ("incidents.by_type", "counted.get(crime_type.crime_type_id, 0)"): (COUNTED, NO_SERIES),
    ("map_table.points", "rows[0][-1] if rows else 0"): (COUNTED, SILENT_PAGE),
    ("map_table.forecast_cells", "rows[0][-1] if rows else 0"): (COUNTED, SILENT_PAGE),
    ("recent_incidents._among", "max((max(numbers) for numbers in known.values()), default=0)"): (NOT_SHOWN, None),
    ("recent_incidents.by_area", "outside.get(area, 0)"): (COUNTED, NO_SERIES),
    ("recent_incidents._count_anchors", "max(self._groups, default=0)"): (NOT_SHOWN, None),
    ("search._ranked", "ranked[1].score if len(ranked) > 1 else 0.0"): (NOT_SHOWN, None),
    ("statistics.average", "float(mean(incidents)) if incidents else 0.0"): (COUNTED, PERIODS),
    ("statistics.average", "float(median(incidents)) if incidents else 0.0"): (COUNTED, PERIODS),
    ("statistics.freshness", "max(shares, default=0)"): (NOT_SHOWN, None),
    ("vector_tile._varints", "end[-1] if len(end) else 0"): (NOT_SHOWN, None),
    ("rates.wait_s", "max(0, ceil(before_left_s - allowed * window_s / before)) if before else 0"): (NOT_SHOWN, None),
    ("feed._add_entry", "row.hour or 0"): (MARK, "tests/api/test_feed.py::test_an_entry_whose_hour_is_not_known_says_so"),
    ("place_sheet.sheet_words", "max((n for n, *_ in drawn.circles), default=0)"): (NOT_SHOWN, None),
    ("place_sheet.sheet_words", "week.incidents or 0"): (DRAWN, BARS),
    ("place_sheet_drawings.draw_weeks", "week.incidents or 0"): (DRAWN, BARS),
    ("comparison.funnel", "(area.residents if per == 'residents' else area.km2) or 0"): (
        MARK, "tests/store/public/test_statistics.py::test_a_funnel_holds_areas_against_their_residents",
    ),
    ("change_tables._change", "times.now.get(name, 0)"): (COUNTED, f"{GAPS}::test_a_year_with_a_gap_is_not_compared"),
    ("change_tables._change", "times.past.get(name, 0)"): (COUNTED, f"{GAPS}::test_a_year_with_a_gap_is_not_compared"),
    ("change_tables.changes_by_area", "past.get(row.area, 0)"): (COUNTED, f"{GAPS}::test_a_year_with_a_gap_is_not_compared"),
    ("comparison._filled", "weeks[n].incidents or 0"): (COUNTED, BARS),
    ("city_view.city_view", "sum((row.of_rate for row, _ in rows)) / km2 if km2 else 0"): (COUNTED, SILENT_MAP),
    ("city_view.level_of", "0 if not incidents or not expected else 1 + bisect_right(BREAKS, incidents / expected)"): (COUNTED, SILENT_MAP),
    ("area_tables._funnel_table", "0 if funnel.per == 'residents' else 2"): (NOT_SHOWN, None),
    ("change_and_rates.completeness_sentence", "one.share or 0"): (
        MARK, "tests/store/public/test_statistics.py::test_too_few_deliveries_tell_nothing",
    ),
    ("change_and_rates.stale_banner", "freshness.days_since_incident or 0"): (
        MARK, "tests/store/public/test_statistics.py::test_a_late_feed_is_stale_and_a_usual_one_is_not",
    ),
    ("charts.shade", "0 if value == 0 else min(7, 1 + int(6.999 * value / top))"): (COUNTED, SILENT_PAGE),
    ("charts.day_bars", "one.incidents or 0"): (DRAWN, BARS),
    ("charts.month_bars", "one.incidents or 0"): (DRAWN, BARS),
    ("charts.week_bars", "week.incidents or 0"): (DRAWN, BARS),
    ("chips.around_area", "wider.around.radius_m if wider.around else 0"): (NOT_SHOWN, None),
    ("hour_grid.hour_weekday_grid", "count.get((iso, hour), 0)"): (COUNTED, SILENT_PAGE),
    ("verdict._times", "0 if ratio >= 10 else 1"): (NOT_SHOWN, None),
    ("verdict._bars", "6 if at == own else 0"): (NOT_SHOWN, None),
    ("forecasts._against", "score.hit_rate[SHARE] or 0.0"): (NOT_SHOWN, None),  # `_tells` asks for it first
    ("honest_number.all", "self.by_area_only or 0"): (
        MARK, "tests/store/public/test_statistics.py::test_what_is_published_without_a_type_or_by_another_kind_is_not_made_up",
    ),
}  # fmt: skip


def defaults_of_sql() -> Iterator[tuple[str, str]]:
    """Every outer join and `coalesce` of the public queries: file and query, and its words."""
    for file in sorted(QUERIES.glob("*.sql")):
        query = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if named := re.match(r"-- name: (\w+)", line):
                query = named[1]
            code = line.split("--")[0]
            for found in re.finditer(
                r"\b(left|right|full)\s+(?:outer\s+)?join\s+(?:lateral\s+)?([\w.{}]+|\()", code, re.I
            ):
                yield f"{file.stem}.{query}", f"{found[1].lower()} join {found[2]}"
            for found in re.finditer(r"coalesce\(", code, re.I):
                yield f"{file.stem}.{query}", _closed(code[found.start() :])


def _closed(code: str) -> str:
    """The text up to the bracket that closes its first one; all of it, where it goes on in the next line."""
    depth = 0
    for at, letter in enumerate(code):
        depth += (letter == "(") - (letter == ")")
        if letter == ")" and depth == 0:
            return code[: at + 1]
    return code.strip()


def defaults_of_python() -> Iterator[tuple[str, str]]:
    """Every 0 that stands in for what is not there, in the code that the public's answers pass through."""
    for name in READERS:
        path = CHECKOUT / name
        for file in [path] if path.suffix else sorted(path.rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            within = {
                inner: outer.name
                for outer in ast.walk(tree)
                if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef))
                for inner in ast.walk(outer)
            }
            for node in ast.walk(tree):
                if _stands_in(node):
                    yield f"{file.stem}.{within.get(node, '')}", ast.unparse(node)


def _stands_in(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        return isinstance(node.op, ast.Or) and _is_zero(node.values[-1])
    if isinstance(node, ast.IfExp):
        return _is_zero(node.orelse) or _is_zero(node.body)
    if not isinstance(node, ast.Call):
        return False
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    given = bool(node.args) and _is_zero(node.args[-1]) and method in DEFAULTING
    return given or any(word.arg == "default" and _is_zero(word.value) for word in node.keywords)


def _is_zero(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool) and node.value == 0


def test_every_outer_join_and_default_of_the_public_reads_is_registered() -> None:
    found = Counter([*defaults_of_sql(), *defaults_of_python()])
    assert [one for one in found if one not in REGISTER] == [], (
        "say what it stands for, and which test shows that it is no lie"
    )
    assert [one for one in REGISTER if one not in found] == [], "no longer there"


def test_a_walk_finds_what_it_looks_for() -> None:
    """A pattern that finds nothing would register nothing."""
    tree = ast.parse(
        "a or 0; d.get(k, 0.0); max(n, default=0); n if n else 0; dict.fromkeys(k, 0); a or 1; d.get(k); 0 or a"
    )
    assert [_stands_in(node.value) for node in tree.body if isinstance(node, ast.Expr)] == [True] * 5 + [False] * 3
    assert _closed("coalesce(sum(n) filter (where x), 0)::bigint, 1") == "coalesce(sum(n) filter (where x), 0)"


def test_each_that_could_hide_what_is_not_known_has_a_test_that_shows_it() -> None:
    for (where, words), (why, case) in REGISTER.items():
        assert (case is not None) == (why in (COUNTED, MARK, DRAWN)), (where, words)
        if case is not None:
            file, _, test = case.partition("::")
            assert f"def {test}(" in (CHECKOUT / file).read_text(encoding="utf-8"), case
