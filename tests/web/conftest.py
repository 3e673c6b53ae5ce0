"""A project with two options for the tests of every room that works on projects."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.models import Project
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.services import enter_municipality

SAID = {
    "title": "Secure it", "what": "New roof, fence, inspection.", "cost": 8_000_000, "follow_up_cost": 400_000,
    "useful_life": 20, "months_to_use": 6, "reach_percent": 0.0, "reach_from_age": 0, "reach_to_age": 99,
    "money": "yes", "knowledge": "yes", "responsibility": "open", "backing": "open", "remark": "",
}  # fmt: skip
OCCASION = {
    "title": "Pavilion",
    "concern": "The pavilion is empty.",
    "field": "urban",
    "responsible": "Building office",
}


@pytest.fixture(scope="session", autouse=True)
def each_storm_once() -> Iterator[None]:
    """Let a storm run once in each process: equal terrain and values give equal bits, as the tests of the model show."""
    from hks.web.studies import rain

    run, known = rain.compute, {}

    def compute(method: Any, inputs: Mapping[str, Any], *values: Any, told: Any = None, **more: Any) -> Any:
        key = repr((method.slug, {role: dataset.digest for role, dataset in inputs.items()}, values, more))
        if key in known:
            done, shares = known[key]
            for share in shares if told else []:
                told(share)
            return done
        shares: list[float] = []

        def telling(share: float) -> None:
            shares.append(share)
            if told:
                told(share)

        done = run(method, inputs, *values, told=telling, **more)
        known[key] = done, shares
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rain, "compute", compute)
        yield


@pytest.fixture
def pavilion(db: None) -> Project:
    """Return a running project with the options A and B, in a town without figures."""
    zeitz, _ = Organisation.objects.get_or_create(
        slug="zeitz", defaults={"name": "Stadt Zeitz", "kind": "town", "ags": "15084590", "land": "ST"}
    )
    by = ensure_demo_member(zeitz, "caretaker")
    town = enter_municipality(zeitz.ags, "Zeitz")
    project = begin_project(zeitz, by=by, municipality=town, **OCCASION)
    describe_option(project, SAID, by=by)
    changed = {"title": "Meeting place", "cost": 42_000_000, "follow_up_cost": 2_600_000, "reach_percent": 12.0}
    describe_option(project, SAID | changed, by=by)
    return project


@pytest.fixture
def other(db: None) -> Organisation:
    """Return a second town."""
    return Organisation.objects.create(slug="borna", name="Stadt Borna", kind="town", ags="14729050", land="SN")
