"""Send what is due: questions whether an address is right, and what a publication brought to those who follow a place.

A mail is written down before it leaves and taken back where the server refuses it. So no publication is told twice, a mail that
failed is due again with the next run, and what a killed run left in the air comes with the next publication's days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import structlog

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.subscription import SIDE_M, Subscription, Wish
from hotspots.errors import InputError, MailError
from hotspots.pipeline.comparison import usual_weeks
from hotspots.pipeline.follow.alert_emails import (
    Letter,
    incidents_letter,
    question_letter,
    to_message,
    unusual_letter,
)
from hotspots.pipeline.follow.subscribed_place import question_of
from hotspots.store import subscriptions
from hotspots.words.language import Language, language_of
from hotspots.words.question import coverage_words, period_words, shortened, where_words
from hotspots.words.units import units_of

if TYPE_CHECKING:
    from hotspots.pipeline.follow.smtp import Post
    from hotspots.store.public.reader import OpenReader
    from hotspots.store.server.connection import Database
    from hotspots.store.sql.compose import Connection

MOST_ROWS = 50  # of one mail
MOST_WEEKS = 8  # that are judged at once where nothing was published for long

log = structlog.get_logger()


@dataclass(slots=True)
class Sent:
    """The result of a run.

    Attributes
    ----------
    asked : mails that ask for confirmation.
    told : alerts.
    quiet : subscriptions with nothing to tell.
    gone : subscriptions whose area or types are no longer published.
    failed : mails that did not leave; they are due again.
    forgotten : subscriptions that nobody confirmed in 48 hours, deleted.
    unclear : alerts of killed runs that may have left or not; they are not sent again.
    """

    asked: int = 0
    told: int = 0
    quiet: int = 0
    gone: int = 0
    failed: int = 0
    forgotten: int = 0
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Where mails come from: the address, and the public server that their links lead to."""

    mail_from: str
    public_url: str


def send_alerts(mailer: Database, reader: OpenReader, post: Post, *, sender: Sender, dry_run: bool = False) -> Sent:
    """Send everything that is due.

    Parameters
    ----------
    mailer : the key of the room ``mailer``.
    reader : what the public may know.
    dry_run : count only; nothing is sent, written or deleted.

    Raises
    ------
    InputError
        Another run is at it.
    """
    with mailer.connect(autocommit=True) as connection:
        if not subscriptions.lock_sending(connection):
            raise InputError("Another `hotspots alerts send` is running; this one leaves everything to it.")
        return _Run(connection, reader, post, sender, dry_run).go()


class _Run:
    def __init__(self, connection: Connection, reader: OpenReader, post: Post, sender: Sender, dry_run: bool) -> None:
        self.connection, self.reader, self.post = connection, reader, post
        self.sender, self.dry_run = sender, dry_run
        self.city, self.vintage = reader.city(), reader.vintage()
        self.sent = Sent()

    def go(self) -> Sent:
        self.sent.unclear = subscriptions.count_broken(self.connection)
        if not self.dry_run:
            self.sent.forgotten = subscriptions.forget_unconfirmed(self.connection)
        for one in subscriptions.unasked(self.connection):
            self._ask(one)
        for one in subscriptions.due(self.connection, vintage_id=self.vintage.vintage_id):
            self._tell(one)
        return self.sent

    def _ask(self, one: Subscription) -> None:
        language = language_of(one.wish.lang, units_of(self.city))
        newest_day = self.vintage.newest_day
        question = self._question(one.wish, Period.last_days(newest_day, 90)) if newest_day else None
        if question is None:
            self.sent.gone += 1
            return
        token = token_urlsafe(32)
        letter = question_letter(
            where=self._where(one.wish, question, language),
            only_unusual=one.wish.only_unusual,
            confirm_url=self._link("confirm", token, language),
            language=language,
        )
        if self._send(one, letter, token, vintage_id=None):
            self.sent.asked += 1
            self._mark_seen(one, newest_day)

    def _tell(self, one: Subscription) -> None:
        language, newest_day = language_of(one.wish.lang, units_of(self.city)), self.vintage.newest_day
        told_through = one.told_through or newest_day
        if newest_day is None or told_through is None or newest_day <= told_through:
            self.sent.quiet += 1
            self._mark_seen(one, told_through)
            return
        period = Period(told_through + timedelta(days=1), newest_day + timedelta(days=1))
        question = self._question(one.wish, period)
        if question is None:
            self.sent.gone += 1
            return
        write = self._unusual if one.wish.only_unusual else self._incidents
        letter, told = write(question, self._where(one.wish, question, language), language)
        if letter is None:
            self.sent.quiet += 1
            self._mark_seen(one, told)
        elif self._send(one, letter, token_urlsafe(32), vintage_id=self.vintage.vintage_id):
            self.sent.told += 1
            self._mark_seen(one, told)

    def _incidents(self, question: IncidentFilter, where: str, language: Language) -> tuple[Letter | None, date]:
        """New days' incidents; without any their days stay to be told, in case of late reports."""
        counts = self.reader.count(question)
        total = counts.total
        if total == 0:
            return None, question.period.start - timedelta(days=1)
        letter = incidents_letter(
            self._spoken(language).page(question, limit=MOST_ROWS),
            total=total,
            where=where,
            days=period_words(question.period, language=language),
            covered=coverage_words(counts.coverage, language=language),
            page_url=self._page(question, language),
            city=self._spoken(language).city(),
            vintage=self.vintage,
            language=language,
        )
        return letter, question.period.last_day

    def _unusual(self, question: IncidentFilter, where: str, language: Language) -> tuple[Letter | None, date]:
        """Whole weeks since the last one that was judged: each is judged once, so that chance has one throw a week."""
        n_weeks = question.period.n_days // 7
        start = question.period.start
        judged = start + timedelta(days=7 * n_weeks - 1)
        if n_weeks == 0:
            return None, judged
        first = start + timedelta(days=7 * max(0, n_weeks - MOST_WEEKS))
        weeks = usual_weeks(self.reader, question.with_period(Period(first, judged + timedelta(days=1))))
        found = [one for one in weeks if one.category != "within"]
        if not found:
            return None, judged
        seen = question.with_period(Period(found[0].week.first_day, judged + timedelta(days=1)))
        page_url = self._page(seen, language)
        city = self._spoken(language).city()
        letter = unusual_letter(
            found, where=where, page_url=page_url, city=city, vintage=self.vintage, language=language
        )
        return letter, judged

    def _question(self, wish: Wish, period: Period) -> IncidentFilter | None:
        return question_of(wish, self.city, self.reader.choices(), period)

    def _where(self, wish: Wish, question: IncidentFilter, language: Language) -> str:
        choices = self._spoken(language).choices()
        if wish.cell is None:
            return where_words(question, choices, None, language=language)
        kinds = choices.area_kinds
        found = self.reader.by_area(question, kinds[0].kind) if kinds else ()
        area = next((one.area for one in found if one.area and one.incidents), None)
        if area is None:
            return language.say("in a square of {side}", side=language.distance(SIDE_M))
        return language.say(
            "in a square of {side}, {area}",
            side=language.distance(SIDE_M),
            area=f"{kinds[0].label} {shortened(area.name)}",
        )

    def _spoken(self, language: Language) -> OpenReader:
        return self.reader.in_language(language.code)

    def _send(self, one: Subscription, letter: Letter, token: str, *, vintage_id: int | None) -> bool:
        if self.dry_run:
            return True
        language = language_of(one.wish.lang, units_of(self.city))
        message = to_message(
            letter,
            sender=self.sender.mail_from,
            city=self._spoken(language).city(),
            to=one.email,
            delete_url=self._link("delete", token, language),
            language=language,
        )
        mail_id = subscriptions.claim(self.connection, one.subscription_id, vintage_id=vintage_id, token=token)
        if mail_id is None:
            return False  # deleted meanwhile
        try:
            self.post.send(message)
        except MailError as error:
            subscriptions.give_back(self.connection, mail_id)
            self.sent.failed += 1
            log.warning("mail stays due", subscription=one.subscription_id, reason=str(error))
            return False
        subscriptions.mark_sent(self.connection, mail_id)
        return True

    def _mark_seen(self, one: Subscription, told_through: date | None) -> None:
        if not self.dry_run:
            subscriptions.mark_seen(
                self.connection, one.subscription_id, vintage_id=self.vintage.vintage_id, told_through=told_through
            )

    def _link(self, verb: str, token: str, language: Language) -> str:
        return f"{self.sender.public_url.rstrip('/')}/api/subscriptions/{verb}?{urlencode({'token': token, 'lang': language.code})}"

    def _page(self, question: IncidentFilter, language: Language) -> str:
        query = {**question.to_query(), "vintage": str(self.vintage.vintage_id)}
        if language.code != "en":
            query["lang"] = language.code
        return f"{self.sender.public_url.rstrip('/')}/?{urlencode(query, safe=',:|')}"
