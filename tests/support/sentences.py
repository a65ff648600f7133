"""A text as one sentence, read."""

from services.classifier.evidence import Piece, Sentence, read
from services.classifier.lexicons import Lexicon


def sentence(text: str, lexicon: Lexicon) -> Sentence:
    """Return a text as the first sentence of a title."""
    (words,) = lexicon.wording.lower(text, [(0, len(text))])
    return read(Piece("title", 0, 0, text, text, words), lexicon)
