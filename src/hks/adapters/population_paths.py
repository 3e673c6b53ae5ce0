"""The people of coming years: the answer of a projection, a budget with its people, or the people alone, as JSON."""

from hks.adapters.budget_files import LARGEST_FILE, Part, json_of, population_of
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.plan import Population

ALONE = ("years", "residents")


def read_population_path(data: bytes, name: str) -> Population:
    """Read residents by year.

    Parameters
    ----------
    data : bytes
        JSON: an object with `years` and `total` as `hks population project` answers, one with `years` and
        `residents`, or one with such an object under `population`, as the file of a budget.
    name : str

    Raises
    ------
    InputError
        If there are no people in it.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 64 MB; a population path is far smaller."), where=name)
    if not data.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    text = data.decode("utf-8-sig", errors="replace")
    if not text.lstrip().startswith("{"):
        raise InputError(gettext_noop("This is not JSON."), where=name)
    content = json_of(text, name)
    people = Part(content, "", name)
    if people.has("population"):
        people = people.part("population")
    elif people.has("total"):
        people = Part({"years": content.get("years"), "residents": content["total"]}, "", name)
    else:
        people = Part({key: content[key] for key in ALONE if key in content}, "", name)
    try:
        return population_of(people)
    except InputError as error:
        raise error if error.where else error.at(name) from None
