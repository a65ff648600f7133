"""A text as one sentence, read."""

from services.classifier.evidence import Piece, Sentence, read
from services.classifier.lexicons import Lexicon


def sentence(text: str, lexicon: Lexicon) -> Sentence:
    """Return a text as the first sentence of a title."""
    return read(Piece("title", 0, 0, text, lexicon.wording.lower(text)), lexicon)
