"""The words of the concern pages, in the language of the request."""

from __future__ import annotations

from hotspots.domain.act.concern import ConcernRules
from hotspots.words.concerns import categories as categories_in
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _, current


def categories() -> dict[str, str]:
    """Kinds of concern, in the words of the form."""
    return {str(name): said for name, said in categories_in(current()).items()}


def parts_of_day() -> dict[str, str]:
    """When it happens."""
    return {
        "any": _("At any time"),
        "morning": _("In the morning"),
        "afternoon": _("In the afternoon"),
        "evening": _("In the evening"),
        "night": _("At night"),
    }


def days() -> dict[str, str]:
    """On which days it happens."""
    return {"any": _("On any day"), "weekdays": _("Monday to Friday"), "weekend": _("At the weekend")}


def answers() -> dict[str, str]:
    """How a concern may be answered."""
    return {
        "done": _("Done"),
        "in plan": _("It is part of a plan"),
        "not ours": _("Not ours: others are in charge"),
        "no action": _("No action, for the reason given"),
    }


def problems() -> dict[str, str]:
    """The sentences that say why something was not taken, by the English one."""
    return {
        "Choose what it is about.": _("Choose what it is about."),
        "Choose when it happens.": _("Choose when it happens."),
        "Say where it is.": _("Say where it is."),
        "The text is empty: write what troubles you there.": _("The text is empty: write what troubles you there."),
        "This city takes no concerns here.": _("This city takes no concerns here."),
        "There is no public point near this place. Choose one on the map, or type a street of the city.": _(
            "There is no public point near this place. Choose one on the map, or type a street of the city."
        ),
        "Too many concerns came from this connection today. Try again tomorrow, or call.": _(
            "Too many concerns came from this connection today. Try again tomorrow, or call."
        ),
        "This form does not belong to this page. Open the page again.": _(
            "This form does not belong to this page. Open the page again."
        ),
        "This came faster than a person can write. Wait a few seconds, then send it again.": _(
            "This came faster than a person can write. Wait a few seconds, then send it again."
        ),
        "This form is more than 12 hours old. Send it again from the new form below.": _(
            "This form is more than 12 hours old. Send it again from the new form below."
        ),
        "This form was sent already. To write of something else, send it again from the new form below.": _(
            "This form was sent already. To write of something else, send it again from the new form below."
        ),
        "This concern cannot be reopened: that is possible once, within 30 days of the answer.": _(
            "This concern cannot be reopened: that is possible once, within 30 days of the answer."
        ),
        "The database does not answer at the moment. Try again in a minute.": _(
            "The database does not answer at the moment. Try again in a minute."
        ),
    }


def length_problem(n: int, *, most: int, least: int) -> str:
    """Why a text of so many characters is not taken."""
    if n > most:
        return _("The text has {n} characters: write at most {most}.", n=number(n), most=number(most))
    return _("The text has {n} characters: write at least {least}.", n=number(n), least=number(least))


def personal_problem(rules: ConcernRules) -> str:
    """Why a text that seems to name somebody is not taken, and where to turn."""
    return _(
        "Your text seems to hold a name, a number plate, a telephone number or an e-mail address. Nothing was saved. "
        "Write of the place, not of persons. To report a person or a crime, call the police; with other things turn to {city_services}.",
        city_services=rules.city_services,
    )


def emergency_problem(rules: ConcernRules) -> str:
    """The answer to a text that tells of danger now."""
    return _(
        "This seems to be happening now. Call {emergency}. Nobody reads this form at once, and nothing was saved. "
        "If it is over, write what the place is like.",
        emergency=rules.emergency,
    )


def form_words(rules: ConcernRules) -> dict[str, str]:
    """Of the form."""
    return {
        "title": _("Raise a concern about a place"),
        "now": _("In danger, or seeing something happen now? Call {emergency}.", emergency=rules.emergency),
        "elsewhere": _("For what is not for the police: {city_services}.", city_services=rules.city_services),
        "lead": _(
            "Tell the people who work on this neighbourhood what troubles you at a place. Somebody reads it, "
            "and you can see what came of it."
        ),
        "category": _("What is it about?"),
        "where": _("Where is it?"),
        "where_hint": _(
            "A street and number, a crossing or a place of the city. It is kept as the public point nearest to it."
        ),
        "which": _("Which of these do you mean?"),
        "other_place": _("Another place"),
        "when": _("When does it happen?"),
        "days": _("On which days?"),
        "text": _("What should be known?"),
        "text_hint": _(
            "At most 500 characters. No names, number plates, telephone numbers or addresses of persons: such texts are refused."
        ),
        "website": _("Leave this field empty"),
        "send": _("Send"),
        "fate": _("What happens with it"),
        "fate_1": _(
            "Your text is locked with a key that this web server does not have. Staff of the police and prevention read it; "
            "each reading is written down. Partners see a copy without anything personal."
        ),
        "fate_2": _(
            "You get a reference and a secret link. There you see: received, read, with somebody by a date, answered. "
            "You may reopen it once."
        ),
        "fate_3": _(
            "No account, no cookie, no e-mail address. Your network's address is kept as a hash that loses its meaning at midnight; "
            "it only counts how many come from one connection. The text is deleted {n} days after the answer.",
            n=number(rules.keep_days),
        ),
        "fate_4": _(
            "No other company checks whether you are a person. Instead, a form that is sent within three seconds, twice, or after 12 hours "
            "is refused, "
            "and more than a few a day from one connection wait until somebody has looked."
        ),
        "have_link": _("See what came of yours"),
        "others": _("What others raised"),
        "others_note": _(
            "The last twelve whole months. Kinds with fewer than eight are not shown, and neither is their sum."
        ),
        "others_none": _("No kind has eight concerns in the last twelve whole months yet."),
        "kind": _("About"),
        "raised": _("Raised"),
        "answered": _("Answered"),
        "back": _("To the map"),
    }


def taken_words() -> dict[str, str]:
    """Of the page after a concern was taken."""
    return {
        "title": _("Your concern was received"),
        "reference": _("Reference"),
        "link": _("Your secret link"),
        "keep": _(
            "Keep this link: it is the only way to see the answer, and nobody can send it again. "
            "Whoever has it sees the state, never your text."
        ),
        "open": _("Open it"),
        "next": _("Somebody will read it. Come back with the link in a few days."),
        "back": _("To the map"),
    }


def status_words() -> dict[str, str]:
    """Of the page of a secret link."""
    return {
        "ask_title": _("What came of your concern?"),
        "ask": _("Secret link, or the part of it after #"),
        "show": _("Show"),
        "title": _("Concern {reference}", reference="{reference}"),
        "received": _("Received"),
        "read": _("Read"),
        "owned": _("With somebody who sees to it"),
        "by": _("An answer is due by {day}.", day="{day}"),
        "reopened": _("Reopened by you"),
        "answered": _("Answered"),
        "not_yet": _("not yet"),
        "again": _("Is it not settled? Reopen it, once"),
        "again_hint": _("Say what is still wrong, or wrong again. At most 500 characters, no names."),
        "reopen": _("Reopen"),
        "gone": _("The text was deleted. The state stays."),
        "unknown": _("There is no concern with this link. Check that you copied all of it."),
        "back": _("To the map"),
    }


def closed_words() -> dict[str, str]:
    """Of the page where a city takes no concerns."""
    return {
        "title": _("No concerns are taken here"),
        "text": _("This service has no form for concerns. In an emergency call the emergency number of your country."),
        "back": _("To the map"),
    }
