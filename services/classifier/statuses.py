"""Whether an event happened, is to come, or was called off: from the words around its trigger."""

from collections.abc import Sequence
from typing import Final

from schemas.report import Status
from services.classifier.evidence import Sentence, distance
from services.classifier.lexicons import Tag

CANCEL_REACH: Final = 5  # words between "cancels" and what it cancels
PLAN_REACH: Final = 9
HEDGES: Final = ("may", "might", "could", "be", "would", "should", "will", "to")


def status(
    sentence: Sentence, triggers: Sequence[int], *, happened: Tag, plans: Sequence[Tag]
) -> Status:
    """Return the status of what the triggers (word positions, ascending) stand for.

    `happened` is the category's tag for words that say it took place, `plans` are its tags for
    words that say it is to come; the nearer to the trigger decides.
    """
    if distance(triggers, _cancels(sentence)) <= CANCEL_REACH:
        return Status.CALLED_OFF
    cues = sorted(
        {at for tag in plans for at in sentence.hits.get(tag, ())} | infinitives(sentence)
    )
    planned = distance(triggers, cues)
    done = distance(triggers, sentence.hits.get(happened, ()))
    return Status.PLANNED if planned <= PLAN_REACH and planned <= done else Status.OCCURRED


def _cancels(sentence: Sentence) -> Sequence[int]:
    """Return where something is called off, rather than somebody's wish that it were."""
    if Tag.DEMAND in sentence.hits:
        return ()
    cancels = sentence.hits.get(Tag.CANCEL, ())
    return [at for at in cancels if not at or sentence.words[at - 1] not in HEDGES]


def infinitives(sentence: Sentence) -> set[int]:
    """Return where "to" comes before a verb of doing it: "to hold", "to meet"."""
    bases = set(sentence.hits.get(Tag.BASE, ()))
    return {at for at in sentence.hits.get(Tag.TO, ()) if at + 1 in bases}
