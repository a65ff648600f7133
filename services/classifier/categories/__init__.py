"""The four categories: what in a sentence reports an event of each.

Each module has `CATEGORY` and `judge(sentence, setting)`, which returns what the sentence
reports, or None. A fifth category is one more file and one more line here.
"""
