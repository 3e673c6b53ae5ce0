"""States that are settled beforehand, written as text: Economy=growth, or by numbers from 0: 2=1."""

from collections.abc import Sequence

from hks.core.errors import InputError
from hks.core.messages import gettext_noop


def settled_states(text: str, descriptors: Sequence[str], states: Sequence[Sequence[str]]) -> dict[int, int]:
    """Read lines such as `Economy=growth`.

    Returns
    -------
    dict of descriptor to state
        Both from 0.

    Raises
    ------
    InputError
        If a line names no descriptor or state, or a descriptor is settled twice in different states.
    """
    found: dict[int, int] = {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        name, sign, wanted = line.partition("=")
        if not sign:
            raise InputError(gettext_noop("'%(text)s' settles nothing; write descriptor=state."), text=line)
        descriptor = _place(name, descriptors)
        if descriptor is None:
            raise InputError(
                gettext_noop("There is no descriptor '%(name)s'; there are %(known)s."),
                name=name.strip(), known=", ".join(descriptors),
            )  # fmt: skip
        state = _place(wanted, states[descriptor])
        if state is None:
            raise InputError(
                gettext_noop("The descriptor '%(name)s' has no state '%(state)s'; it has %(known)s."),
                name=descriptors[descriptor], state=wanted.strip(), known=", ".join(states[descriptor]),
            )  # fmt: skip
        if found.setdefault(descriptor, state) != state:
            raise InputError(
                gettext_noop("'%(name)s' cannot be in two states at once; one must go."), name=descriptors[descriptor]
            )
    return found


def _place(name: str, names: Sequence[str]) -> int | None:
    """Return the place of a name, or of a number from 0 that is nobody's name."""
    plain = name.strip()
    if names.count(plain) > 1:
        raise InputError(
            gettext_noop("'%(name)s' stands for several here; write its number, counted from 0."), name=plain[:80]
        )
    if plain in names:
        return names.index(plain)
    return int(plain) if plain.isdecimal() and len(plain) < 10 and int(plain) < len(names) else None
