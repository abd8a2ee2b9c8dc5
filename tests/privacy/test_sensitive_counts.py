"""What counts of sensitive incidents and the numbers of anchors tell together: nothing that is hidden."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Report, SmallCity, random_reports
from tests.database import cloned_database
from tests.domain.test_suppression import bounds
from tests.pipeline.publish_city import FIRST, TODAY, ask


def test_numbers_of_anchors_have_no_gap_where_a_sensitive_incident_would_be(cluster: Settings) -> None:
    with cloned_database(cluster, "test_privacy_gaps") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection).build()
            secret = [
                Report(f"S{n}", datetime(2024, 2, 1), 30.25 + 60 * n, 50, f"{n:03}XX HIDDEN ST", "stalking")
                for n in range(10)
            ]
            city.deliver(
                [*secret, *random_reports(300, precision="block", first_day=FIRST, n_days=100)],
                known_on=date(2024, 5, 1),
            )
        publish(database.owner, today=TODAY)
        assert ask(database, "select count(*), min(anchor_id), max(anchor_id) from open.anchor") == ask(
            database, "select max(anchor_id), 1, max(anchor_id)::int from open.anchor"
        )
        assert ask(database, "select 1 from core.anchor_site where key like '%HIDDEN%'") == []


def test_hidden_counts_of_sensitive_incidents_cannot_be_worked_out(cluster: Settings) -> None:
    with cloned_database(cluster, "test_privacy_counts") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, public={"sensitive_kind": "beat"}).build()
            reports = random_reports(260, precision="block", first_day=FIRST, n_days=200)
            city.deliver(reports, known_on=date(2024, 8, 1))
        publish(database.owner, today=date(2024, 9, 1))
        truth: dict[date, dict[int | None, int]] = {}
        for month, area, n in ask(
            database,
            """select date_trunc('month', v.occurred_from)::date, s.area_ids[1], count(*) from core.incident_version v
                   join core.location using (location_id) join core.label_set s using (label_set_id) where v.sensitive group by 1, 2""",
        ):
            truth.setdefault(month, {})[area] = n
        hidden_cells = 0
        for month, counts in truth.items():
            shown = dict(ask(database, f"select area_id, incidents from open.sensitive_count where month = '{month}'"))
            if not shown:
                continue  # the month is not complete
            by_area = {area: counts.get(area, 0) for area in shown if area != 0}
            hidden = {area: by_area[area] < 5 for area in by_area if shown[area] is None}
            for area, (low, high) in bounds(by_area, counts.get(None, 0), hidden, shown[0]).items():
                if by_area[area] < 5:
                    hidden_cells += 1
                    assert (low, high) == (0, 4)
        assert hidden_cells > 3


def test_a_count_that_was_hidden_once_stays_hidden_and_another_kind_of_area_shows_the_city_alone(
    cluster: Settings,
) -> None:
    with cloned_database(cluster, "test_hidden_counts") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection).build()
            districts = [("1", 4), ("2", 30)]
            reports = [
                Report(
                    f"S{district}{n}",
                    datetime(2024, 2, 1 + n % 28, 12),
                    crime_type="stalking",
                    recorded=("001", district),
                )
                for district, many in districts
                for n in range(many)
            ]
            city.deliver([*reports, Report("last", datetime(2024, 4, 1, 13))], known_on=date(2024, 4, 2))
        publish(database.owner, today=TODAY)
        counts = """select coalesce(a.code, 'city'), s.incidents from open.sensitive_count s left join core.area a using (area_id)
            where month = '2024-02-01' order by 1"""
        hidden = [code for code, incidents in ask(database, counts) if incidents is None]
        assert "1" in hidden
        with database.owner.connect() as connection:
            city.connection = connection
            late = [
                Report(f"L{n}", datetime(2024, 2, 9, 12), crime_type="stalking", recorded=("001", "1"))
                for n in range(9)
            ]
            city.deliver(late, known_on=date(2024, 4, 9))
        publish(database.owner, today=TODAY)  # district 1 has 13 now
        assert set(hidden) <= {code for code, incidents in ask(database, counts) if incidents is None}
        with database.owner.connect() as connection:
            connection.execute(
                """update core.city set config = jsonb_set(config, '{public,sensitive_kind}', '"beat"')"""
            )
        publish(database.owner, today=TODAY)
        assert {code for code, incidents in ask(database, counts) if incidents is not None} <= {"city"} - set(hidden)


@pytest.mark.parametrize("told", [97, 100])
def test_a_small_month_leaves_the_same_dump_whatever_it_holds(cluster: Settings, told: int) -> None:
    """February holds 0 to 4 protected thefts. Neither its row nor the type's rounded number less the months that are told says how many."""
    dumps = set()
    for hidden in (0, 1, 4):
        with cloned_database(cluster, f"test_privacy_month_{told}_{hidden}") as database:
            with database.owner.connect() as connection:
                city = SmallCity(connection).build()
                seen = [Report(f"P{n}", datetime(2024, 1 + n % 4, 3), 30, 50, "100XX MAIN ST") for n in range(40)]
                months = [1] * (told - 40) + [3] * 40 + [2] * hidden
                kept = [
                    Report(f"K{n}", datetime(2024, month, 5), 30, 50, "100XX MAIN ST", sensitive=True)
                    for n, month in enumerate(months)
                ]
                city.deliver([*seen, *kept], known_on=date(2024, 6, 1))
            publish(database.owner, today=date(2024, 6, 15))
            counts = ask(database, "select month, area_id, incidents from open.sensitive_count order by 1, 2")
            rounded = ask(database, "select name, hidden from open.crime_type order by 1")
            assert (date(2024, 2, 1), 0, None) in counts
            assert dict(rounded)["theft"] == 100
            dumps.add(repr((counts, rounded)))
    assert len(dumps) == 1


def test_a_late_report_moves_no_count_and_no_rounded_number_before_the_month_ends(cluster: Settings) -> None:
    """Also where everything is published anew."""
    with cloned_database(cluster, "test_privacy_month_end") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection).build()
            kept = [Report(f"K{n}", datetime(2024, 1, 5), 30, 50, "100XX MAIN ST", sensitive=True) for n in range(10)]
            seen = [Report(f"P{month}", datetime(2024, month, 3), 30, 50, "100XX MAIN ST") for month in (1, 5)]
            city.deliver([*seen, *kept], known_on=date(2024, 6, 1))
        publish(database.owner, today=date(2024, 6, 15))
        with database.owner.connect() as connection:
            city = SmallCity(connection, n_deliveries=1)
            late = Report("K10", datetime(2024, 1, 6), 30, 50, "100XX MAIN ST", sensitive=True)
            city.deliver([late], known_on=date(2024, 6, 16))
        publish(database.owner, today=date(2024, 6, 17), everything=True)
        rounded = "select hidden from open.crime_type where name = 'theft'"
        counted = "select incidents from open.sensitive_count where area_id = 0 and month = '2024-01-01'"
        assert (ask(database, counted), ask(database, rounded)) == ([(10,)], [(10,)])
        with database.owner.connect() as connection:
            newer = Report("P6", datetime(2024, 6, 20), 30, 50, "100XX MAIN ST")
            SmallCity(connection, n_deliveries=2).deliver([newer], known_on=date(2024, 7, 1))
        publish(database.owner, today=date(2024, 7, 15))
        assert (ask(database, counted), ask(database, rounded)) == ([(11,)], [(20,)])


def test_a_city_without_protected_reports_has_no_rows_of_them(cluster: Settings) -> None:
    with cloned_database(cluster, "test_privacy_none") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection).build()
            connection.execute("update core.crime_type set sensitive = false")
            city.deliver([Report("P", datetime(2024, 1, 3), 30, 50, "100XX MAIN ST")], known_on=date(2024, 6, 1))
        publish(database.owner, today=date(2024, 6, 15))
        with database.owner.connect() as connection:
            late = Report("Q", datetime(2024, 5, 3), 30, 50, "100XX MAIN ST")
            SmallCity(connection, n_deliveries=1).deliver([late], known_on=date(2024, 7, 16))
        publish(database.owner, today=date(2024, 8, 15))
        assert ask(database, "select * from open.sensitive_count") == []
