"""``hotspots action list`` and ``show``: the actions, and one with its design and effect."""

from typing import Annotated, Any

import typer

from hotspots.cli.act.person import opened

Number = Annotated[int, typer.Argument(help="Number of the action.")]


def register(action_app: typer.Typer) -> None:
    """Add the commands that read to ``action``."""
    action_app.command(name="list")(list_command)
    action_app.command()(show)


def list_command() -> None:
    """List the actions.

    Example: hotspots action list
    """
    from hotspots.store.staff.actions import read_actions

    with opened() as (connection, _):
        actions = read_actions(connection)
    for one in actions:
        typer.echo(
            f"{one.action_id}  {one.title} ({one.remedy}): {one.state}, {one.starts_on} to {one.ends_on}, owner {one.owner}"
        )
    if not actions:
        typer.echo("There is no action yet: hotspots action propose --help")


def show(
    action: Number,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with every version of the design.")
    ] = False,
) -> None:
    """Show an action: state, every version of its design, what was delivered, what was judged, its history.

    Example: hotspots action show 1
    """
    import json
    from dataclasses import asdict

    from hotspots.pipeline.act.overlaps import overlaps
    from hotspots.store.staff import actions as store
    from hotspots.store.staff import effects

    with opened() as (connection, _):
        one = store.read_action(connection, action)
        designs = effects.read_designs(connection, action_id=action)
        evaluation = effects.read_evaluation(connection, action_id=action)
        history, given = store.read_changes(connection, "action", action), store.read_dose(connection, action)
        entries = store.read_doses(connection, action)
        warnings = overlaps(connection, action)
    if as_json:
        shown = {
            "action": asdict(one), "designs": [asdict(design) for design in designs],
            "evaluation": asdict(evaluation) if evaluation else None, "warnings": warnings,
        }  # fmt: skip
        typer.echo(json.dumps(shown, default=str, ensure_ascii=False))
        return
    typer.echo(f"{one.title} ({one.remedy}): {one.state}, {one.starts_on} to {one.ends_on}, owner {one.owner}")
    for design in designs:
        typer.echo(design_words(design))
    for unit, amount, *_ in given:
        typer.echo(f"Delivered: {amount:g} {unit}")
    for n, entry in enumerate(entries, start=1):
        gone = f" (taken back by {entry.taken_back_by}: {entry.why})" if entry.why else ""
        typer.echo(f"  entry {n}: {entry.amount:g} {entry.unit}, {entry.day}{gone}")
    if evaluation:
        print_effect(evaluation.result)
        typer.echo(
            f"Judged {evaluation.judged_at:%Y-%m-%d}: {evaluation.verdict}; signed by {', '.join(evaluation.signers) or 'nobody'}"
        )
    for warning in warnings:
        typer.echo(f"Warning: {warning}")
    for at, who, verb, note in history:
        typer.echo(f"  {at:%Y-%m-%d %H:%M}  {who}: {verb}{f' ({note})' if note else ''}")


def print_effect(result: Any) -> None:
    """Print the figures of an effect."""
    from hotspots.domain.act.effect_words import bounds_words, described_figures

    if "ratio" in result:
        typer.echo(
            f"Ratio {result['ratio']:.2f}, {result['level']:.0%} interval {bounds_words(result['low'], result['high'])}."
        )
    for one in described_figures(result):
        typer.echo(f"  {one.name}: {one.words}. {one.cannot}")


def design_words(design: Any) -> str:
    """Say a design in one line."""
    body = design.body
    smallest = body["smallest_effect"]
    seen = f"only changes above {smallest:.0%} could be seen" if smallest else "no change could be seen"
    alone = "" if body["alone"] else "; cannot be judged alone: pooled by remedy"
    late = " MADE AFTER THE FACT: no effect can be published." if design.after_the_fact else ""
    compared = (
        f"{len(body['pairs'])} pairs"
        if "pairs" in body
        else f"{len(body['treated'])} boxes, {len(body['controls'])} controls"
    )
    return (
        f"Design v{design.version}, {design.method} ({compared}), judged on {design.judgement_day}: {seen}{alone}."
        f"{f' Changed: {design.why}.' if design.why else ''}{late}"
    )
