"""What counts of sensitive incidents and the numbers of anchors tell together: nothing that is hidden."""

from __future__ import annotations

from datetime import date, datetime

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
