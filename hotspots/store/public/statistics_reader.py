"""The honest numbers' questions over the public reader's connections."""

from __future__ import annotations

from datetime import date

from hotspots.domain.honest_number import AreaAverage, Freshness, KnownCounts, Rate, Reconciliation, RecordMonth
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public import statistics as honest_numbers
from hotspots.store.public.answering import Answer


class HonestReader:
    """Sums, rates, completeness and past knowledge from schema ``open``.

    Parameters
    ----------
    answer : asks a question, and keeps its answer until the next publication.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def reconcile(self, question: IncidentFilter) -> tuple[Reconciliation, ...]:
        """Where the incidents of the period and the crime types are counted: in the city, then in each area that is named."""
        return self._answer(honest_numbers.reconcile, question, needs=("choices", "vintage", "counts"))

    def rate(self, question: IncidentFilter) -> Rate:
        """Incidents per 1,000 residents and per km², each only where it is fair."""
        return self._answer(honest_numbers.rate, question, needs=("choices", "vintage", "counts"))

    def average(self, question: IncidentFilter, kind: str) -> AreaAverage | None:
        """The areas of a kind, beside which the question's place can be seen; None where nothing is known. Raises NotFoundError."""
        return self._answer(honest_numbers.average, question, needs=("choices", "vintage", "counts"), kind=kind)

    def freshness(self, today: date) -> Freshness:
        """How late the feed is and how complete the newest days are."""
        return self._answer(honest_numbers.freshness, needs=("vintage",), today=today)

    def delivery_days(self) -> tuple[date, ...]:
        """Days of deliveries, oldest first: what can be asked for in `as_known_on`."""
        return self._answer(honest_numbers.delivery_days)

    def as_known_on(self, known_on: date, period: Period) -> KnownCounts:
        """Counts of the whole months of a period as known on a day, beside what is known now. Raises FilterError."""
        return self._answer(honest_numbers.as_known_on, needs=("choices", "vintage"), known_on=known_on, period=period)

    def record_months(self, kind: str | None = None) -> tuple[RecordMonth, ...]:
        """Counts of records beside the incidents, such as calls for service, by whole month. Raises FilterError."""
        return self._answer(honest_numbers.record_months, needs=("choices",), kind=kind)
