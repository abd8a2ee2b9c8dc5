"""Pages of saved places: the list, a new one from the map's question, one place with its card and history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from hotspots.domain.account import Permission, Person
from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline import undo
from hotspots.store.sql.compose import Connection
from hotspots.store.staff.desk import place_evidence as evidence
from hotspots.store.staff.desk import places as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Asked, Desk, read_whole, see_other
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.places.card import YEAR_DAYS, Card, change_in_words, place_card
from hotspots_dashboard.staff.places.why import read_why
from hotspots_dashboard.staff.today import desk_day

LONGEST_NAME = 80


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the pages of places."""
    door = desk.door

    @desk.page("/places", needs="place.read")
    def places(asked: Asked) -> Response:
        districts = districts_of(reader, asked.who, asked.query)
        with door.acting(asked.who) as connection:
            found = store.read_places(connection, area_id=districts.area_id)
        return desk.render(
            asked, "places/places.html", places=found, districts=districts, view_query=asked.request.url.query
        )

    @desk.page("/places/new", needs="place.write")
    def new(asked: Asked) -> Response:
        question, _, km2 = _outline(asked.query)
        return desk.render(
            asked, "places/new.html", query=urlencode(question.to_query()), km2=km2, name=_suggested(question)
        )

    @desk.page("/places/new", needs="place.write", methods=("POST",))
    def save(asked: Asked) -> Response:
        from urllib.parse import parse_qsl

        question, geom, _ = _outline(dict(parse_qsl(asked.one("query"))))
        name = checked_needed(asked.one("name"), field="name", longest=LONGEST_NAME)
        source = "drawn" if question.polygon else "searched" if question.around else "area"
        with door.acting(asked.who) as connection:
            code = store.save_place(
                connection, name=name, source=source, geom=geom, srid=reader.city().srid, person=asked.who.name
            )
        door.note(asked.who, "place save", {"place": code})
        return see_other(f"/places/{code}")

    @desk.page("/places/{code}", needs="place.read")
    def place(asked: Asked) -> Response:
        me = asked.who
        with door.acting(me) as connection:
            found = store.read_place(connection, asked.path["code"])
            if found.merged_into:
                return see_other(f"/places/{found.merged_into}")
            versions = store.read_versions(connection, found.place_id)
            comments = store.read_comments(connection, f"place {found.place_id}")
            drawing = store.read_drawing(connection, found.place_id)
            followers = evidence.read_followers(connection, f"place {found.place_id}")
            lists = evidence.read_lists_here(connection, found.place_id)
            actions = evidence.read_actions_here(connection, found.place_id)
        card = _card(found) if me.may("points.read") else None
        why = read_why(desk, reader, found.place_id, until=card.until, main_type=card.main_type) if card else None
        return desk.render(
            asked,
            "places/place.html",
            place=found,
            versions=versions,
            comments=comments,
            drawing=drawing,
            card=card,
            why=why,
            followers=followers,
            lists=lists,
            actions=actions,
            today=desk_day(reader),
            change=change_in_words(card) if card else "",
            can_write=me.may("place.write"),
            ways=[(words, path) for words, path in _ways(asked, found, card) if _may_go(me, path)],
        )

    @desk.page("/places/{code}/follow", needs="place.read", methods=("POST",))
    def watch(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_place(connection, asked.path["code"])
            on, is_wanted = f"place {found.place_id}", asked.one("wanted") == "yes"
            _keep(connection, found, f"You watch {found.code}{'' if is_wanted else ' no more'}.", needs="place.read")
            evidence.follow(connection, on, asked.who.name, is_wanted=is_wanted)
        return see_other(f"/places/{found.code}")

    @desk.page("/places/{code}/change", needs="place.write", methods=("POST",))
    def change(asked: Asked) -> Response:
        name = checked_needed(asked.one("name"), field="name", longest=LONGEST_NAME)
        aliases = [one.strip() for one in asked.one("aliases").split(",") if one.strip()]
        with door.acting(asked.who) as connection:
            found = store.read_place(connection, asked.path["code"])
            _keep(connection, found, f"{found.code} saved.")
            store.change_place(
                connection,
                found,
                version=read_whole(asked.one("version"), field="version"),
                name=name,
                aliases=[checked_needed(one, field="other names", longest=LONGEST_NAME) for one in aliases],
                owner=asked.one("owner")[:40] or found.owner,
                person=asked.who.name,
            )
        return see_other(f"/places/{found.code}")

    @desk.page("/places/{code}/merge", needs="place.write", methods=("POST",))
    def merge(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_place(connection, asked.path["code"])
            into = store.read_place(connection, asked.one("into").upper())
            _keep(connection, found, f"{found.code} merged into {into.code}.")
            store.merge_place(connection, found, into, person=asked.who.name)
        return see_other(f"/places/{into.code}")

    @desk.page("/places/{code}/withdraw", needs="place.write", methods=("POST",))
    def withdraw(asked: Asked) -> Response:
        return changed(asked, "withdrawn", store.end_place)

    @desk.page("/places/{code}/bring-back", needs="place.write", methods=("POST",))
    def bring_back(asked: Asked) -> Response:
        return changed(asked, "brought back", store.bring_back)

    def changed(asked: Asked, word: str, change: Callable[..., None]) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_place(connection, asked.path["code"])
            _keep(connection, found, f"{found.code} {word}.")
            change(connection, found, person=asked.who.name)
        return see_other(f"/places/{found.code}")

    @desk.page("/places/{code}/comment", needs="place.read", methods=("POST",))
    def comment(asked: Asked) -> Response:
        words = checked_needed(asked.one("words"), field="comment", longest=1000)
        with door.acting(asked.who) as connection:
            found = store.read_place(connection, asked.path["code"])
            _keep(connection, found, f"You wrote under {found.code}.", needs="place.read")
            store.add_comment(connection, on=f"place {found.place_id}", person=asked.who.name, words=words)
        return see_other(f"/places/{found.code}")

    def _outline(query: Mapping[str, str]) -> tuple[IncidentFilter, bytes, float]:
        question = reader.read_tile_question(query)  # opens no view: nothing is counted here
        with door.acting(acting.current().person) as connection:
            outline = store.outline_of(connection, question, srid=reader.city().srid)
        if outline is None:
            raise InputError(
                "This question names no place. On the map, search an address, draw an outline or choose an area; then save it."
            )
        return question, *outline

    def _suggested(question: IncidentFilter) -> str:
        if question.around:
            return reader.find(question.around.gazetteer_id).name[:LONGEST_NAME]
        choices = reader.choices()
        return ", ".join(choices.areas[area].name for area in question.areas)[:LONGEST_NAME]

    def _card(found: store.SavedPlace) -> Card | None:
        try:
            vintage = reader.vintage()
        except NotFoundError:
            return None
        newest = vintage.newest_day
        if newest is None:
            return None
        me = acting.current()
        until = newest + timedelta(days=1)
        since = until - timedelta(days=2 * YEAR_DAYS)
        asked = {"place": found.code, "from": since.isoformat(), "to": newest.isoformat()}
        me.view = door.open_view(me.person, "place", asked)
        year = until - timedelta(days=YEAR_DAYS)
        with door.acting(me.person, view=me.view) as connection:
            counted = store.read_counts(connection, found.place_id, since=since, until=until)
        incidents, km2 = reader.remember(("city ground", year, until), lambda: _city(year, until))
        return place_card(
            counted,
            until=until,
            km2=found.km2,
            city_incidents=incidents,
            city_km2=km2,
            vintage=vintage,
            seed=found.place_id,
        )

    def _city(since: date, until: date) -> tuple[int, float]:
        with door.acting(acting.current().person) as connection:
            return evidence.city_ground(connection, since=since, until=until)

    def _may_go(me: Person, path: str) -> bool:
        rule = desk.rule_of("GET", path.partition("?")[0])
        return rule is not None and me.may(rule.needs)  # pyright: ignore[reportArgumentType]


def _keep(connection: Connection, place: store.SavedPlace, words: str, *, needs: Permission = "place.write") -> None:
    """Announce a change of a place, so that it can be taken back."""
    path = f"/places/{place.code}"
    undo.keep(connection, thing=f"place {place.place_id}", words=words, path=path, needs=needs)


def _ways(asked: Asked, found: store.SavedPlace, card: Card | None) -> list[tuple[str, str]]:
    """Where to go on from a place: a list, a problem, its layers."""
    types = f"?{urlencode({'types': card.main_type})}" if card and card.main_type else ""
    return [
        ("Open a problem", f"/problems/new?{urlencode({'place': found.code})}"),
        ("Make a list", f"/lists/new{types}"),
        ("Hot spots", f"/map/layers{types}"),
    ]
