"""``hotspots change``, ``patterns``, ``hot-spots``, ``hours``, ``concentration``, ``effect`` and ``power``."""

from typing import Annotated, Literal

import typer

from hotspots.cli.statistics.options import Days, First, Last, Out, Output, Types, answer, show


def register(app: typer.Typer) -> None:
    """Add the statistics."""
    app.command(name="change")(change_command)
    app.command(name="patterns")(patterns_command)
    app.command(name="hot-spots")(hot_spots_command)
    app.command(name="hours")(hours_command)
    app.command(name="concentration")(concentration_command)
    app.command(name="effect")(effect_command)
    app.command(name="power")(power_command)


def change_command(
    crime_type: Types = None,
    areas: Annotated[str, typer.Option(help="A kind of area, such as district, or city.")] = "city",
    first: First = None,
    last: Last = None,
    days: Days = 28,
    against: Annotated[
        Literal["before", "year"], typer.Option(help="The days before, or 52 weeks earlier.")
    ] = "before",
    false_discoveries: Annotated[float, typer.Option(help="Share of the flags that may be false.")] = 0.10,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Say by type and area what changed, and whether it is more than chance (z, E-test, false discovery rate).

    Example: hotspots change --areas district --against year --format csv --out change.csv
    """

    def compute(connection, question):  # noqa: ANN001, ANN202  (imported inside: the shell answers --help at once)
        from hotspots.pipeline.statistics.change import change

        return change(connection, question, areas=areas, against=against, rate=false_discoveries)

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def patterns_command(
    crime_type: Types = None,
    what: Annotated[
        Literal["knox", "warm"], typer.Option("--show", help="The Knox table, or zones that are warm now.")
    ] = "knox",
    distance: Annotated[float, typer.Option(help="Reach of a near repeat, metres.")] = 200.0,
    reach_days: Annotated[int, typer.Option(help="Reach of a near repeat, days.")] = 14,
    first: First = None,
    last: Last = None,
    days: Days = 365,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Say whether an incident makes another one nearby more likely in the next days, and rank the zones that are warm now.

    Example: hotspots patterns --crime-type burglary --show warm --format geojson --out warm.geojson
    """

    def compute(connection, question):  # noqa: ANN001, ANN202
        from hotspots.pipeline.statistics.patterns import patterns

        return patterns(connection, question, show=what, distance_m=distance, days=reach_days)

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def hot_spots_command(
    crime_type: Types = None,
    method: Annotated[
        Literal["gi-star", "moran", "kde", "kde-adaptive", "kde-dual", "classes", "clusters"],
        typer.Option(help="How hot spots are found."),
    ] = "gi-star",
    cell: Annotated[float, typer.Option(help="Side of a cell, metres.")] = 250.0,
    bandwidth: Annotated[
        float, typer.Option(help="Bandwidth of the density in metres; clusters use half of it.")
    ] = 300.0,
    false_discoveries: Annotated[float, typer.Option(help="Share of the findings that may be false.")] = 0.05,
    first: First = None,
    last: Last = None,
    days: Days = 365,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Say where incidents stand together: Gi*, local Moran, density, classes over time, clusters.

    Example: hotspots hot-spots --crime-type robbery --method gi-star --format geojson --out hot.geojson
    """

    def compute(connection, question):  # noqa: ANN001, ANN202
        from hotspots.pipeline.statistics.hot_spots import hot_spots

        return hot_spots(
            connection, question, method=method, cell_m=cell, bandwidth_m=bandwidth, rate=false_discoveries
        )

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def hours_command(
    crime_type: Types = None,
    first: First = None,
    last: Last = None,
    days: Days = 365,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Count incidents by hour and weekday, each spread over the window in which it can have happened.

    Example: hotspots hours --crime-type burglary --format png --out hours.png
    """

    def compute(connection, question):  # noqa: ANN001, ANN202
        from hotspots.pipeline.statistics.hours import hours

        return hours(connection, question)

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def concentration_command(
    crime_type: Types = None,
    unit: Annotated[str, typer.Option(help="box (250 m), or a kind of area.")] = "box",
    first: First = None,
    last: Last = None,
    days: Days = 365,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Say how many of the incidents the busiest places hold.

    Example: hotspots concentration --crime-type burglary --format json
    """

    def compute(connection, question):  # noqa: ANN001, ANN202
        from hotspots.pipeline.statistics.concentration import concentration

        return concentration(connection, question, unit=unit)

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def effect_command(
    treated: Annotated[list[str], typer.Option(metavar="KIND:CODE", help="Treated area, such as beat:12; repeat it.")],
    control: Annotated[list[str], typer.Option(metavar="KIND:CODE", help="Area to compare with; repeat it.")],
    crime_type: Types = None,
    first: First = None,
    last: Last = None,
    days: Days = 84,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Describe before and after beside other areas: WDD, rate ratio, difference-in-differences. It gives no verdict.

    Example: hotspots effect --treated beat:0111 --treated beat:0112 --control beat:0213 --control beat:0214 --crime-type burglary
    """

    def compute(connection, question):  # noqa: ANN001, ANN202
        from hotspots.pipeline.statistics.effect import effect

        return effect(connection, question, treated=treated, control=control)

    answer(compute, crime_type=crime_type, first=first, last=last, days=days, output=output, out=out)


def power_command(
    treated_expected: Annotated[
        float, typer.Option(help="Incidents expected at the treated places without any effect.")
    ],
    control_expected: Annotated[float, typer.Option(help="Incidents expected at the places to compare with.")],
    tau: Annotated[float, typer.Option(help="How much such places differ beyond chance, on the log scale.")] = 0.15,
    output: Output = "table",
    out: Out = None,
) -> None:
    """Say before an action starts what it could show: the smallest fall that each design would find. Reads no data.

    Example: hotspots power --treated-expected 120 --control-expected 360
    """
    from hotspots.pipeline.statistics.effect import power
    from hotspots.pipeline.statistics.report import check_format

    check_format(output, out)
    show(power(expected_treated=treated_expected, expected_control=control_expected, tau=tau), output=output, out=out)
