"""The attack on words for sorts of place: a reader who knows the doors of a point, and which of them could bear a word, names the door.

`python -m tests.privacy.place_words demo|chicago|st_louis` measures a whole city by hand; docs/privacy_attacks.md holds what it found.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.builders import Report, SmallCity
from tests.database import TestDatabase, cloned_database, migrated_cluster
from tests.privacy.attacks import Finding
from tests.privacy.real_sequences import write_city

MANY, NEARLY_ALL = 3, 0.8  # reports of a word at a point, and the share of them at one door that names it
WORDS = ("flat", "shop", "street", "bar", "empty house", "kiosk")
ROWS = """
    select i.public_id::text, s.site_id, upper(l.address), st_astext(l.geom), w.name, t.name
    from open.incident i
    join core.incident_version v on v.public_id = i.public_id and v.known_to is null
    join core.location l using (location_id)
    join core.anchor a on a.anchor_id = i.anchor_id
    join core.anchor_site s using (site_id)
    left join open.location_type w on w.location_type_id = i.location_type_id
    left join core.location_type t on t.location_type_id = v.location_type_id"""


def given_away(rows: Iterable[tuple[Any, int, str | None, str, str | None]]) -> dict[str, tuple[int, int]]:
    """Of each word as it is read, the points that bear it often enough and those where one door bears nearly all of it.

    Parameters
    ----------
    rows : the word as a reader takes it, the point, the door by its words and by its true point, the word as it was recorded.

    Returns
    -------
    By recorded word, of the points where it was reported: how many bear the read word often enough, and how many of these give a door away.
    """
    doors: dict[tuple[Any, int], list[Counter[Any]]] = defaultdict(lambda: [Counter(), Counter()])
    read_at: dict[str, set[tuple[Any, int]]] = defaultdict(set)
    for read, site, address, point, recorded in rows:
        doors[read, site][0][address or point] += 1
        doors[read, site][1][point] += 1
        if recorded:
            read_at[recorded].add((read, site))
    found = {}
    for recorded, at in read_at.items():
        often = [doors[one] for one in at if doors[one][0].total() >= MANY]
        named = sum(any(max(by.values()) >= NEARLY_ALL * by.total() for by in one) for one in often)
        found[recorded] = len(often), named
    return found


def told_reports() -> list[Report]:
    """Twenty weeks of a city: flats, shops and streets at any door, a bar or an empty house at one door of every third stretch of street."""
    rng = random.Random(31)
    doors = SmallCity.addresses()
    told = [(rng.choice(doors), word) for word, n in (("flat", 700), ("shop", 420), ("street", 300)) for _ in range(n)]
    for n, at in enumerate(range(4, len(doors), 24)):
        told += [(doors[at], "empty house" if n % 2 else "bar")] * 4
    told += [(doors[at], "kiosk") for at in (100, 200) for _ in range(3)]
    rng.shuffle(told)
    return [
        Report(
            f"W{n:05}",
            datetime(2024, 1, 2) + timedelta(minutes=rng.randrange(130 * 1440)),
            x,
            y,
            address,
            location_type=word,
        )
        for n, ((address, x, y), word) in enumerate(told)
    ]


def name_the_door_by_the_sort_of_place(cluster: Settings) -> Finding:
    """Every dump of a city that publishes each month; each row is read by the narrowest word that any dump gave it, and the doors of a point are known."""
    told = told_reports()
    last = Report("last", datetime(2024, 5, 20, 23), 6.0, 50.0, "100 E 1TH ST", location_type="street")
    narrowest: dict[str, frozenset[str]] = {}
    n_widened = 0
    with cloned_database(cluster, "test_attack_words") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, "addresses", public={"location_words": {"told": ["street"]}}).build()
            for word in WORDS:
                connection.execute(
                    "insert into core.location_type (name) select %s where %s not in (select name from core.location_type)",
                    [word, word],
                )
            connection.commit()
        for month in (3, 4, 5, 6):
            end = datetime(2024, month, 1)
            with database.owner.connect() as connection:
                city.connection = connection
                new = [one for one in told if (month == 3 or one.when.month == month - 1) and one.when < end]
                # The kiosk comes late: a word that no publication before has heard of.
                new = [one for one in new if month > 4 or one.location_type != "kiosk"]
                city.deliver([*new, *([last] if month == 6 else [])], known_on=end.date())
            publish(database.owner, today=end.date() + timedelta(days=8))
            rows = ask(database, ROWS)
            stands_for = stands_for_words(database)
            for row, *_, read, _ in rows:
                now = stands_for.get(read, frozenset({read}))
                n_widened += row in narrowest and not (now >= narrowest[row])
                narrowest[row] = min(narrowest.get(row, now), now, key=len)
    true = given_away((recorded, site, address, point, recorded) for _, site, address, point, _, recorded in rows)
    seen = given_away(
        (narrowest[row], site, address, point, recorded) for row, site, address, point, _, recorded in rows
    )
    worst = max(n / points for name, (points, n) in seen.items() if points and name != "street")
    return Finding(
        f"by the words as recorded, points with a bar or an empty house name its door in {_of(true, 'bar', 'empty house')}; "
        f"by those that all dumps give, in {_of(seen, 'bar', 'empty house')}, and no word does in more than {worst:.0%}; "
        f"{n_widened} words told later",
        held=worst <= 0.25 and not n_widened and true["bar"][1] > 0.9 * true["bar"][0] > 10,
    )


def _of(found: dict[str, tuple[int, int]], *words: str) -> str:
    return f"{sum(found[word][1] for word in words)} of {sum(found[word][0] for word in words)}"


def stands_for_words(database: TestDatabase) -> dict[str, frozenset[str]]:
    """The groups that are public, each with the words that it says it stands for."""
    return {
        name: frozenset(members)
        for name, members in ask(database, "select name, members from open.location_type where members is not null")
    }


def ask(database: TestDatabase, question: str) -> Sequence[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def main(name: str) -> None:
    """Load and publish one city, and say of each word at how many points it names a door, as recorded and as published."""
    with migrated_cluster() as cluster, cloned_database(cluster, f"test_words_{name}") as database:
        with tempfile.TemporaryDirectory() as made:
            folder = write_city(Path(made), name)
            load(database.owner, read_city_file(find_city_file(name)), folder, today=date(2027, 12, 31))
        print(publish(database.owner, today=date(2027, 12, 31)))
        rows = ask(database, ROWS)
        true = given_away((recorded, site, address, point, recorded) for _, site, address, point, _, recorded in rows)
        seen = given_away((read, site, address, point, recorded) for _, site, address, point, read, recorded in rows)
        read_as: dict[str, Counter[str]] = defaultdict(Counter)
        for *_, read, recorded in rows:
            read_as[recorded or "-"][read or "-"] += 1
        for word, read in sorted(read_as.items(), key=lambda one: -one[1].total()):
            print(
                f"{word:36} {read.total():7,} rows  recorded {true.get(word)}  published {seen.get(word)}  as {', '.join(read)}"
            )


if __name__ == "__main__":
    main(sys.argv[1])
