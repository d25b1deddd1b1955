"""How a table says whether a difference matters."""


def in_words(found: bool | None) -> str:
    """What a table says of it."""
    return "cannot be told" if found is None else "yes" if found else "no"
