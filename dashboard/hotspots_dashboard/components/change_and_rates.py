"""Honest numbers: a change judged by chance, a rate with its denominator, what is not known yet, and how everything adds up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from hotspots.domain.honest_number import Change, Freshness, Rate, Reconciliation
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.words.formats import both, day, month, number, per_ground, square_kilometres
from hotspots_dashboard.words.language import _

LONG_AGO_DAYS = 365  # from here on the day says more than how many days ago it was
MOVED = 0.01  # a share of reports with a location that changed less is not told
OLD_DAYS = 120  # an incident this old is named: monthly data of a careful agency are younger
YEAR_DAYS = 365.25
RARE = 0.5  # per 1,000 residents
WHOLE = 0.995  # shares from here on are all that is known in the end


def change_sentence(change: Change) -> str:
    """A count beside that of the same days last year, in words; never a bare percentage."""
    past = number(change.expected)
    if change.period.n_days == 1:
        against = _("Against {past} on the same day last year", past=past)
    else:
        against = _("Against {past} in the same days last year", past=past)
    return f"{against}: {verdict(change)}."


def located_share_sentence(change: Change) -> str | None:
    """Say that more or fewer reports have a location than a year ago, where that moved and the place holds no others."""
    if change.located_shares is None or abs(change.located_shares[1] - change.located_shares[0]) < MOVED:
        return None
    then, now = (number(100 * share, decimals=1) for share in change.located_shares)
    return _(
        "In the whole city {now} % of reports have a location, {then} % in the same days last year. "
        "Only those can lie in a circle or an outline, so last year's number is brought to this year's share.",
        now=now,
        then=then,
    )


def verdict(change: Change) -> str:
    """Whether chance explains the change."""
    return {
        "within": _("within what is normal here"),
        "higher": _("higher than chance explains"),
        "lower": _("lower than chance explains"),
    }[change.category]


def rate_sentence(rate: Rate, *, n_days: int = 0) -> str:
    """Incidents per resident or per ground, with the denominator named; of more than a year as a rate a year.

    Parameters
    ----------
    n_days : length of the period.
    """
    return " ".join(_rates(rate, n_days)) or _("There is nothing fair to divide this number by.")


def _rates(rate: Rate, n_days: int) -> list[str]:
    said = []
    years = n_days / YEAR_DAYS if n_days > LONG_AGO_DAYS + 1 else 1
    if rate.per_1000 is not None and rate.residents:
        census = ", ".join(str(part) for part in (rate.residents_source, rate.residents_year) if part)
        residents = _("{n} residents", n=number(rate.residents)) + (f"; {census}" if census else "")
        said.append(f"{_per_residents(rate.per_1000 / years, a_year=years != 1)} ({residents}).")
    elif rate.no_rate == "place":
        said.append(_("No rate by residents: no census counts who lives, works or passes here."))
    elif rate.no_rate == "no_population":
        said.append(_("No rate by residents: none are on record for this."))
    if rate.per_km2 is not None and rate.km2:
        per = per_ground(rate.per_km2 / years)
        yearly = _("{rate} a year", rate=per) if years != 1 else per
        said.append(f"{yearly} ({square_kilometres(rate.km2, decimals=2)}).")
    return said


def _per_residents(per_1000: float, *, a_year: bool) -> str:
    """Rare reports are counted per 100,000, as homicides are everywhere."""
    if 0 < per_1000 < RARE:
        value = number(100 * per_1000, decimals=1)
        return (
            _("{rate} per 100,000 residents a year", rate=value)
            if a_year
            else _("{rate} per 100,000 residents", rate=value)
        )
    value = number(per_1000, decimals=1)
    return _("{rate} per 1,000 residents a year", rate=value) if a_year else _("{rate} per 1,000 residents", rate=value)


def reconciliation_list(sums: Sequence[Reconciliation], kinds: dict[str, str]) -> Component:
    """How the numbers of the city, and of each recorded area that is named, add up; the parts stand beside their sum."""
    return html.Details(
        [
            html.Summary(_("How the numbers add up")),
            *[taken_sentence(reconciliation_sentence(one, kinds)) for one in sums],
        ],
        className="adds-up",
    )


def reconciliation_sentence(one: Reconciliation, kinds: dict[str, str]) -> str:
    """On the map + without a location + by area only + outside = all."""
    where = f"{kinds.get(one.area.kind, one.area.kind)} {one.area.name}" if one.area else _("Whole city")
    parts = [
        _("{n} on the map", n=number(one.located)),
        _("{n} without a location", n=number(one.no_location)),
        *([_("{n} published by area only", n=number(one.by_area_only))] if one.by_area_only is not None else []),
        _("{n} outside the city", n=number(one.outside)),
    ]
    said = [f"{where}: {' + '.join(parts)} = {number(one.all)}."]
    if one.by_area_only is None:
        said.append(_("Reports published by area only are not counted for this selection."))
    if one.hidden_months:
        said.append(_("Too few to publish: {months}.", months=both([month(first) for first in one.hidden_months])))
    if one.by_area_only is not None and one.days_left:
        said.append(
            _(
                "Reports that are counted by area only are known by whole months: {n} days of this period are in none.",
                n=number(one.days_left),
            )
        )
    return " ".join(said)


def completeness_sentence(freshness: Freshness, first: date, last: date) -> str | None:
    """How much of the newest days is known by now; None where the period has none of them."""
    newest = [one for one in freshness.newest_days if first <= one.day <= last]
    if not newest:
        return None
    known = [one for one in newest if one.share is not None]
    if not known:
        return _("Reports for the last two weeks may still be arriving.")
    part = [one for one in known if (one.share or 0) < WHOLE]
    if not part:
        return None
    low, high = min(one.share or 0 for one in part), max(one.share or 0 for one in part)
    shares = number(100 * low) if round(100 * low) == round(100 * high) else f"{number(100 * low)}–{number(100 * high)}"
    return _(
        "The newest days are not complete: of the incidents since {day}, about {share} % are known by now.",
        day=day(part[0].day),
        share=shares,
    )


def stale_banner(freshness: Freshness) -> list[Component]:
    """A line over the page where the feed is late, or where what it brings is old."""
    if not freshness.is_stale or freshness.usual_interval_days is None:
        if (freshness.days_since_incident or 0) <= OLD_DAYS or freshness.newest_incident is None:
            return []
        said = _(
            "The newest incident is of {day}. What happened since is not here.", day=day(freshness.newest_incident)
        )
        return [html.P(said, className="stale")]
    if freshness.days_since > LONG_AGO_DAYS:
        said = _(
            "The newest delivery came on {day}; usually one comes every {usual} days. What happened since is not here.",
            day=day(freshness.known_on),
            usual=number(freshness.usual_interval_days),
        )
        return [html.P(said, className="stale")]
    said = _(
        "The newest delivery came {n} days ago; usually one comes every {usual} days. What happened since is not here.",
        n=number(freshness.days_since),
        usual=number(freshness.usual_interval_days),
    )
    return [html.P(said, className="stale")]
