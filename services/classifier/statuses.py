"""Whether an event happened, is to come, or was called off: from the words around its trigger."""

from collections.abc import Sequence

from schemas.report import Status
from services.classifier.evidence import Sentence, near
from services.classifier.lexicons import Tag

CANCEL_REACH = 5  # words between "cancels" and what it cancels
PLAN_REACH = 9


def status(sentence: Sentence, triggers: Sequence[int], *, happened: Tag | None = None) -> Status:
    """Return the status of what the triggers (word positions, ascending) stand for.

    `happened` is the category's own tag for words that say it took place; they weigh more than
    a plan that stands elsewhere in the sentence.
    """
    cancels = sentence.hits.get(Tag.CANCEL, ())
    if near(triggers, cancels, CANCEL_REACH) and not sentence.has(Tag.DEMAND):
        return Status.CALLED_OFF
    done = happened is not None and happened in sentence.hits
    if planned_at(sentence, triggers) and not done:
        return Status.PLANNED
    return Status.OCCURRED


def planned_at(sentence: Sentence, triggers: Sequence[int]) -> bool:
    """Return whether words near the triggers say that it is still to come."""
    plans = sentence.hits.get(Tag.PLAN, ())
    return near(triggers, plans, PLAN_REACH) or near(triggers, infinitives(sentence), PLAN_REACH)


def infinitives(sentence: Sentence) -> list[int]:
    """Return where "to" comes before a verb of doing it: "to hold", "to meet"."""
    bases = set(sentence.hits.get(Tag.BASE, ()))
    return [at for at in sentence.hits.get(Tag.TO, ()) if at + 1 in bases]
