"""The whole demo by its links, as each person: what they may see, where each figure leads, in which language."""

import re
from collections.abc import Iterable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import polib
import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve

import hks
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member, give_feedback
from hks.web.decisions.weighing import take_over
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of
from hks.web.portal.views import DOORS
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.models import CalendarDate, Municipality
from hks.web.shell.templatetags.hks import record_kind
from hks.web.stories.play import play
from hks.web.stories.zeitz import SECURE

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.once]
SECRET = "Geheimsache"  # stands in whatever the town keeps to itself
HERE = "http://testserver"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
OTHERS = {"svg", "form", "th", "h2", "h3"}  # where numbers are drawn again, asked for, or part of a name
NUMBER = re.compile(r"-?\d[\d.]*(?:,\d+)?")
FILLED = tuple(f"/regions/14521035/{slug}/" for slug in ("places", "housing", "fees"))  # Zeitz has nothing there
FILLED += ("/regions/14730/reservoirs/",)
ALIKE = {"ags", "digest", "sha256"}  # of pages that differ only in these one stands for all
# For whoever reads the same public pages as a visitor: of each page one, not of every project, measure and indicator.
MORE = ALIKE | {"indicator", "code", "tab", "project", "key"}
# What anyone may read; below a project, and of records, only what the town made public.
PUBLIC = re.compile(
    r"|evidence/<.*|regions/|regions/data/|regions/compare/|regions/templates/.*|regions/<ags:ags>/(|profile/|people/|money/|series/.*)|dates/"
    r"|regions/<ags:ags>/(places|housing|fees)/(|table\.(xlsx|csv))"
    r"|regions/<ags:ags>/reservoirs/(|load/<slug:kind>.csv)"
    r"|regions/<ags:ags>/rain/(|<int:pk>/(map\.png|grids\.zip))"
    r"|regions/<ags:ags>/(heat|heat-measures|water)/(|template/<slug:name>\.csv|<int:pk>/(map\.png|files\.zip))"
    r"|search/|dates/feed/.*"  # whoever was given the address: the token in it is the key
    r"|privacy/|accessibility/|imprint/|what-hks-is-not/|demo/basis/|organisation/feedback/|formats/.*|measures/.*|lessons/"
    r"|take-part/.*|account/(login|password/reset)/.*|projects/|projects/<slug:project>/"
    r"(|fact-sheet/|recognise/|develop/|options/<.*|futures/(|told/(|print/)|ensemble/(|<int:pk>/cases\.csv)|consistent/(|starts/|what-if/|rough/|influence/|agree/|sheet/|plan\.json|(matrix|futures)\.<slug:form>))|weigh/|weigh/groups/|package/(|table\.xlsx)|money/|costs/|costs/damage/|acceptance/|act/"
    r"|formats/|formats/<int:pk>/|paper/|paper/<.*|workshops/|workshops/<int:pk>/(|(minutes|matrix)\.<str:form>))"
    r"|workshop/|weights/|strategy/(|unit/<ags:ags>/|<slug:town>/)"
)
OWN = re.compile(  # what everyone who signed in has for themselves
    r"today/|account/.*|regions/boundaries/|organisation/(me/.*|letters/|feedback/received/)|projects/(new/|bin/|<slug:project>/paper/check/)"
)
# A number with one of these units is a result, unless someone looked at it and found that it is none.
RESULT = re.compile(r"\d\s(?:%|€|EUR|Euro|Menschen|Personen|Stimmen)|Platz \d")
NO_RESULT = re.compile(
    r"je 10?\.000|Schwellenwert|unsere (Schätzung|Wahl)|Saal für 60|Stimmen, davon"  # a unit, a setting, words, a count under way
    r"|Kritisch ist (weniger|mehr) als"  # from where on a run counts as critical
    r"|übliche Reserve"  # where an assumption comes from
    r"|(braucht|kostet ab|mehr)\b"  # why a format does not fit: the page links the record of the ranking as a whole
)


class Page(HTMLParser):
    """What an address answered: links, figures, texts, and blocks of text with what no link to a record covers."""

    def __init__(self, address: str, answer) -> None:
        super().__init__()
        self.address, self.status, self.to = address, answer.status_code, answer.headers.get("Location", "")
        self.html, self.figures, self.words, self.blocks = "", [], [], []
        self.links, self.open = [self.to] if self.to else [], []  # open: tag, attributes, words, those not covered
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            self.html = answer.content.decode()
            self.feed(self.html)
        found = [urldefrag(urljoin(HERE + address, link))[0] for link in self.links if not link.startswith("#")]
        self.links = [link.removeprefix(HERE) for link in found if link.startswith(f"{HERE}/")]

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, {name: value or "" for name, value in attrs}, [], []))

    def handle_data(self, data):
        around = [given for _, given, *_ in self.open]
        is_code = any(tag == "code" for tag, *_ in self.open)  # a name for machines, such as an indicator's
        if not is_code and not any(given.get("lang") == "en" for given in around):
            self.words.append(" ".join(data.split()))
        if any({"visually-hidden", "figure-mark"} & set(given.get("class", "").split()) for given in around):
            return
        covered = any(tag in OTHERS or "/evidence/" in given.get("href", "") for tag, given, *_ in self.open)
        for *_, words, bare in self.open:
            words.append(data)
            bare.append("" if covered else data)

    def handle_endtag(self, tag):
        while self.open:
            name, given, words, bare = self.open.pop()
            text, classes = " ".join("".join(words).split()), given.get("class", "").split()
            if name == "a" and "figure" in classes:
                self.figures.append((given["href"], text))
            elif name == "a" and "href" in given:
                self.links.append(given["href"])
            if name in {"p", "li", "dd", "td"}:
                self.blocks.append((text, " ".join("".join(bare).split()), "big" in classes))
            if name == tag:
                break


def cited(pages: Iterable[Page]) -> set[str]:
    """Return the digests of all figures of some pages."""
    return {href.split("/")[2] for page in pages for href, _ in page.figures}


def known(address: str) -> tuple[str, dict]:
    """Return the pattern of an address and what it names, or the address itself where nothing answers to it."""
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return address, {}
    return found.route, found.kwargs | {"tab": "".join(re.findall("tab=.*", address))}


def walk(client: Client, begun: tuple[Page, ...], alike: set[str], within: str = "/") -> dict[str, Page]:
    """Follow every link from pages already answered; of alike pages only one, and of each figure none."""
    pages, met, todo = {page.address: page for page in begun}, set(), list(begun)
    for page in todo:
        for address in page.links:
            route, names = known(address)
            kind = route, *(value for name, value in names.items() if name not in alike)
            if address not in pages and kind not in met and address.startswith(within):
                met.add(kind)
                pages[address] = Page(address, client.get(address))
                todo.append(pages[address])
    return pages


def keep_to_itself(town: Organisation, by) -> None:
    """Give the town what no one else may see: a project with figures and a task, a date, a report."""
    project = begin_project(town, by=by, municipality=Municipality.objects.get(ags=town.ags), title=SECRET,
                            concern=SECRET, field="urban", responsible=SECRET, indicator="share_65_plus")  # fmt: skip
    for cost in (1_234_500, 7_654_300):
        describe_option(project, SECURE | {"title": SECRET, "cost": cost}, by=by)
    take_over(project, by=by)
    project.tasks.create(title=SECRET, due=date.today(), by=by)
    CalendarDate.objects.create(organisation=town, kind="council", title=SECRET, starts=date.today())
    give_feedback(SECRET, contact="", page=f"/regions/{town.ags}/")


def take_part(client: Client) -> tuple[Page, ...]:
    """Vote and answer a statement as a citizen without an account; then only open the same addresses again."""
    base, said = "/take-part/pavillon-am-sudplatz-1/", {"group": "Anwohnende", "level": 2}
    pages = [Page(f"{base}code/", client.post(f"{base}code/"))]
    said["code"] = re.search(r'name="code" value="([^"]+)"', pages[0].html)[1]
    pages += [Page(base + step, client.post(base + step, said)) for step in ("sheet/", "vote/", "statements/")]
    return (*pages, *(Page(f"{page.address}?again", client.get(page.address)) for page in pages))


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker, tmp_path_factory):
    """Play the demo with few draws and walk it as each person; two of them see every indicator and every format."""
    folder, few = tmp_path_factory.mktemp("demo"), patch("hks.web.studies.services.DRAWS", 30)
    own = override_settings(DATA_DIR=folder, DEMO=True)
    with few, own, django_db_blocker.unblock(), transaction.atomic():
        play("all", folder)
        town = Organisation.objects.get(slug="zeitz")
        other = Organisation.objects.create(slug="borna", name="Stadt Borna", kind="town", ags="14729050", land="SN")
        keep_to_itself(town, ensure_demo_member(town, "caretaker"))
        people = {role: ensure_demo_member(town, role) for role in DOORS}
        people["stranger"] = ensure_demo_member(other, "caretaker")
        clients, seen = {who: Client() for who in ("anonymous", *people)}, {}
        for who, client in clients.items():
            if who in people:
                client.force_login(people[who])
            begun = tuple(Page(address, client.get(address)) for address in ("/", "/regions/15084590/", *FILLED))
            seen[who] = walk(client, begun, ALIKE if who in {"anonymous", "caretaker"} else MORE)
        clients["citizen"] = Client()
        seen["citizen"] = walk(clients["citizen"], take_part(clients["citizen"]), ALIKE, "/take-part/")
        yield clients, seen
        transaction.set_rollback(True)


def test_whoever_is_shown_a_link_or_a_figure_may_follow_it(walked) -> None:
    clients, seen = walked
    public = cited(seen["anonymous"].values())
    for who, pages in seen.items():
        refused = [(page.address, page.status, page.to) for page in pages.values()
                   if page.status not in {200, 302} or "/account/login/?next" in page.to]  # fmt: skip
        assert not refused, who
        for digest in public if who == "anonymous" else cited(pages.values()) - public:
            assert clients[who].get(f"/evidence/{digest}/").status_code == 200, who
    assert len(seen["caretaker"]) > 100


def test_what_a_town_keeps_to_itself_does_not_exist_for_others(walked) -> None:
    clients, seen = walked
    mine = [page for page in seen["caretaker"].values() if page.status == 200]
    internal = {page.address for page in mine if f"/projects/{SECRET.lower()}/" in page.address}
    assert len({known(address)[0] for address in internal}) > 10
    found = {who: {page.address: seen[who].get(page.address) or Page(page.address, clients[who].get(page.address))
                   for page in mine} for who in ("anonymous", "stranger")}  # fmt: skip
    for who, pages in found.items():
        for address, page in pages.items():
            route, refused = known(address)[0], page.status in {403, 404} or "/login/?next" in page.to
            open_to_them = PUBLIC.fullmatch(route) or (who == "stranger" and OWN.fullmatch(route))
            assert refused is (address in internal or not open_to_them), (who, address, page.status)
        assert [page.address for page in (*pages.values(), *seen[who].values()) if SECRET in page.html] == []
    kept = cited(page for page in mine if page.address in internal) - cited(found["anonymous"].values())
    assert kept
    for address in (f"/evidence/{digest}/" for digest in kept):
        assert clients["caretaker"].get(address).status_code == 200
        assert {clients[who].get(address).status_code for who in found} == {404}


def number_in(text: str) -> tuple[float, float]:
    """Read a number as German writes it, and by how much it may have been rounded."""
    digits = NUMBER.search(text)[0].replace(".", "")
    return float(digits.replace(",", ".")), 0.501 * 10 ** -len(digits.partition(",")[2])


def test_every_figure_names_its_value_and_leads_to_a_source(walked) -> None:
    clients, seen = walked
    figures = {figure: (clients[who], page.address) for who, pages in reversed(seen.items())
               for page in pages.values() for figure in page.figures}  # fmt: skip
    shown: set[str] = set()
    for (href, text), (client, where) in figures.items():
        digest, pointer = href.split("/")[2], unquote(href.partition("?figure=")[2])
        (printed, rounding), (value, _unit) = number_in(text), figure_of(f"{digest}#{pointer}")
        assert abs(printed - value) <= rounding, (where, text, value)
        outcome = digest + "/".join(pointer.split("/")[:3])
        if outcome not in shown:  # the page is made the same way for each figure of one outcome
            shown.add(outcome)
            page = client.get(href).content.decode()
            named = number_in(re.search(r'<p class="lead"><strong>(.*?)</strong>', page)[1])[0]
            assert named == pytest.approx(value, rel=1e-5), (where, text)
            for end in (link for link in chain(Record.objects.get(digest=digest)) if not link.parents.exists()):
                assert str(record_kind(end.kind)) in page
                if end.kind not in {"judgement", "tally", "measurement"}:  # those were typed, counted or measured here
                    source = end.as_record.content["source"]
                    assert source["publisher"] in page
                    assert source["licence" if source.get("table") else "key_date"], (
                        digest
                    )  # the press gives no licence
    assert len(shown) > 100


def test_a_result_is_cited_or_called_a_preview(walked) -> None:
    for page in (page for pages in walked[1].values() for page in pages.values() if "/evidence/" not in page.address):
        for text, bare, big in page.blocks:
            uncited = NUMBER.search(bare) if big else RESULT.search(bare) and not NO_RESULT.search(bare)
            assert not uncited or "Vorschau" in text, (page.address, text)


def test_no_text_is_left_in_english(walked) -> None:
    catalogue = polib.pofile(str(Path(hks.__file__).parent / "locale/de/LC_MESSAGES/django.po"))
    german = {entry.msgid: entry.msgstr for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid}
    for page in (page for pages in walked[1].values() for page in pages.values()):
        assert [text for text in page.words if text.removesuffix(":") in german] == [], page.address
