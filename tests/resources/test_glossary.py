"""The glossary: every word that the screens use and do not explain."""

from emqx_tui.resources.glossary import GLOSSARY
from emqx_tui.text import sanitize


WANTED = """
session, live connection, deployment, broker, node, core, replicant, finding, resource, in/s, out/s, dropped, retained,
subscription, topic, shared subscription, in-flight window, message queue, listener, alarm, load, memory,
live, slow, stale, paused, AppID, AppSecret, API key, Serverless, Dedicated, BYOC, NanoMQ, before 03:12
"""


def test_every_word_has_one_meaning() -> None:
    words = [word for term in GLOSSARY for word in term.word.split(", ")]
    assert {word.strip() for word in WANTED.replace("\n", " ").split(",")} <= set(words)
    assert len(words) == len(set(words))


def test_meanings_are_short_sentences() -> None:
    for word, meaning in GLOSSARY:
        assert meaning.endswith("."), word
        assert len(meaning) <= 240, word
        assert sanitize(meaning) == meaning
        assert "  " not in meaning
