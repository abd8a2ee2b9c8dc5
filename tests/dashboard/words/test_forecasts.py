"""What a page says of a forecast, in both languages, from the stored numbers alone."""

from datetime import date
from typing import Any

import pytest

from hotspots.domain.forecasts.backtest import read_summary
from hotspots.domain.forecasts.published import PublicForecast
from hotspots.domain.forecasts.settings import ForecastSettings
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.words import forecasts as forecast_words
from hotspots_dashboard.words import language
from hotspots_models import registry

NO_CHOICES = Choices((), (), (), (), {}, {}, True)
KEPT = {"city_total": 220.6, "cell_size_m": 500.0}


def forecast(*, model: str, backtest: Any, settings: Any = KEPT) -> PublicForecast:
    """A forecast as the public store reads it from its JSON; a backtest without a decision stands for one that held the model itself."""
    tested = backtest and read_summary({"decision": decided(candidate=model, serve=model), **backtest})
    return PublicForecast(
        1, ("burglary",), model, "v1", ForecastSettings.from_json(settings), date(2024, 1, 1), date(2026, 1, 1), 28, 1, "Own words.", tested
    )  # fmt: skip


def decided(*, candidate: str, serve: str) -> dict[str, Any]:
    return {
        "candidate": candidate,
        "serve": serve,
        "horizon_days": 28.0,
        "words": "Own words.",
        "beats_counting": serve == candidate,
    }


def score(model: str, *, rate: float, difference: float, low: float | None, high: float | None, skill: float) -> Any:
    pair = {"difference": difference, "low": low, "high": high, "ratio": None, "origins": 12}
    return {
        "model": model, "origins": 12, "horizon_days": 28.0, "incidents": 2640.0, "log_skill": skill, "hit_rate": {"5 %": rate},
        "pai": {"5 %": rate / 0.05}, "against_baseline": {"hit rate 5 %": pair, "log skill": pair},
    }  # fmt: skip


COUNT = {"model": "long_run_count", "origins": 12, "horizon_days": 28.0, "incidents": 2640.0, "log_skill": 0.2, "hit_rate": {"5 %": 0.2}, "pai": {"5 %": 4.0}, "against_baseline": {}}  # fmt: skip
HELD = decided(candidate="kde", serve="long_run_count")
MIXTURE = score("mixture", rate=0.243, difference=0.028, low=0.0191, high=0.0394, skill=0.3)
KDE = score("kde", rate=0.19, difference=-0.01, low=-0.02, high=0.0001, skill=0.1)


def test_a_model_that_beats_counting_says_by_how_much_and_how_sure() -> None:
    shown = forecast(model="mixture", backtest={"scores": [COUNT, KDE, MIXTURE]})
    assert forecast_words.said(shown, NO_CHOICES) == [
        "Expected reported incidents (burglary) in the 28 days after 31 December 2025: 221 in the whole city, spread over cells of "
        "500 m by the model kernel mixture from public points. The kernel mixture is shown, because it was found to beat the long-run count. "
        "In 12 windows of 28 days with 2,640 reported incidents in all, the kernel mixture found 24.3 % of them in 5 % of the area, the "
        "long-run count 21.5 % (95 % interval of the difference: +1.9 to +3.9 points).",
        "The layer says where reports are likely if the past is a guide. It says nothing of any person, and it does not say that a "
        "place is unsafe.",
        "Learnt from reports of 1 Jan 2024 to 31 Dec 2025.",
    ]


def test_the_count_says_which_model_was_held_against_it_and_that_it_was_not_shown_to_be_better() -> None:
    """The mixture, which was tested beside it, did better: the gate held the other to the count, and the page speaks of that one."""
    shown = forecast(model="long_run_count", backtest={"scores": [COUNT, MIXTURE, KDE], "decision": HELD})
    with language.speaking("es"):
        first, *_ = forecast_words.said(shown, NO_CHOICES)
    assert first == (
        "Incidentes reportados que se esperan (burglary) en los 28 días después del 31 de diciembre de 2025: 221 en toda la ciudad, "
        "repartidos en celdas de 500 m por el modelo recuento a largo plazo a partir de puntos públicos. Se muestra el recuento a "
        "largo plazo: no se demostró que el modelo comparado con él lo supere a la vez en la ganancia logarítmica y en lo que encuentra. "
        "En 12 ventanas de 28 días con 2,640 incidentes reportados en total, el modelo densidad de núcleo encontró el 19.0 % de ellos en "
        "el 5 % del área, y el recuento a largo plazo el 20.0 % (intervalo del 95 % de la diferencia: de −2.0 a 0.0 puntos)."
    )


def test_a_model_that_lacked_history_says_what_stands_in_for_it() -> None:
    settings = {**KEPT, "fell_back_to": "KDE: 359 days and 148 incidents are too little for more"}
    shown = forecast(model="mixture", backtest={"scores": [COUNT, MIXTURE]}, settings=settings)
    stands_in = "There are too few past reports for this model, so a simpler one, a kernel density, is shown."
    assert forecast_words.said(shown, NO_CHOICES)[0].endswith(stands_in)


def test_one_window_says_nothing_about_how_sure_it_is() -> None:
    lone = score("mixture", rate=0.3, difference=0.1, low=None, high=None, skill=0.3)
    held = decided(candidate="mixture", serve="long_run_count")
    said = forecast_words.verdict(
        forecast(model="long_run_count", backtest={"scores": [COUNT, lone], "decision": held})
    )
    assert said is not None
    assert said[1].endswith("the long-run count 20.0 %; too few windows to say how sure that is.")


@pytest.mark.parametrize(("model", "told"), [("long_run_count", True), ("mixture", False)])
def test_without_a_backtest_only_the_count_explains_itself(model: str, told: bool) -> None:
    shown = forecast(model=model, backtest=None, settings={})
    assert (forecast_words.verdict(shown) is not None) == told
    said = forecast_words.said(shown, NO_CHOICES)[0]
    assert said.startswith("Expected reported incidents (burglary) in the 28 days after 31 December 2025.")


def test_a_count_that_was_asked_for_is_not_said_to_be_unbeaten() -> None:
    asked = {"scores": [COUNT, MIXTURE], "decision": decided(candidate="mixture", serve="mixture")}
    said = forecast_words.verdict(forecast(model="long_run_count", backtest=asked))
    assert said is not None and len(said) == 1 and said[0].startswith("In 12 windows")


def test_a_model_that_could_not_be_judged_has_no_figures() -> None:
    """5 % of the area is less than a cell: it holds nothing and finds nothing."""
    coarse = {"scores": [COUNT, {**KDE, "pai": {"5 %": None}}], "decision": HELD}
    said = forecast_words.verdict(forecast(model="long_run_count", backtest=coarse))
    assert said == [
        "The long-run count is served: the model held against it was not shown to beat it both in log skill and in what it finds."
    ]


def test_a_page_has_a_name_for_every_model_that_a_city_can_serve() -> None:
    assert set(forecast_words.MODEL_NAMES) == set(registry.names())
