"""The thread: filed once, found again, verified, erased lawfully, and closed to strangers."""

import json

import numpy as np
import pytest
from django.test import Client

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.evidence import Source
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence import services
from hks.web.evidence.bundles import bundle_of
from hks.web.evidence.models import Filing, Record, StoredFile
from hks.web.regions.models import IndicatorValue
from hks.workbench.compute import array_bytes
from hks.workbench.inputs import Dataset

pytestmark = pytest.mark.django_db


def town(slug: str) -> Organisation:
    return Organisation.objects.create(slug=slug, name=slug, kind="town")


def age_structure() -> Record:
    """Return the record of the districts' age structure."""
    parents = Record.objects.filter(kind="file", content__contains="12411-0018")
    return Record.objects.get(kind="computation", content__contains="region-age-structure", parents__parent__in=parents)


def signed_in(organisation: Organisation, role: str = "caretaker") -> Client:
    client = Client()
    client.force_login(ensure_demo_member(organisation, role))
    return client


def test_the_same_dataset_twice_is_one_record() -> None:
    first = services.file_dataset(Dataset("a.csv", b"1;2"), "Table")
    assert services.file_dataset(Dataset("a.csv", b"1;2"), "Table") == first
    assert StoredFile.objects.filter(bytes=3).count() == Record.objects.filter(files__bytes=3).count() == 1


def test_a_record_without_its_parent_is_refused() -> None:
    orphan = evidence.record("computation", inputs={"table": "f" * 64})
    with pytest.raises(StateError, match="is not kept here"):
        services.file_record(orphan, "x")
    assert not Record.objects.filter(digest=orphan.digest).exists()


def test_every_figure_on_a_page_follows_its_citation(zeitz: Organisation) -> None:
    values = IndicatorValue.objects.select_related("filing__record", "municipality")
    assert values.count() > 27 * 3 * 3
    for value in values:
        assert services.figure_of(value.citation) == (value.value, value.unit)


def test_a_citation_of_nothing_says_so(zeitz: Organisation) -> None:
    with pytest.raises(InputError, match="kept here"):
        services.figure_of("e" * 64 + "#/outcomes/x")


def test_verify_finds_a_changed_byte_in_a_record(zeitz: Organisation) -> None:
    assert services.verify().broken == []
    row = age_structure()
    Record.objects.filter(pk=row.pk).update(content=row.content.replace("hks 0", "hks 9"))
    assert [fault["digest"] for fault in services.verify().broken] == [row.digest]


def test_verify_finds_a_changed_byte_in_a_file(zeitz: Organisation) -> None:
    stored = StoredFile.objects.get(record__kind="file", record__content__contains="12411-0018")
    path = services.path_of(stored.sha256)
    data = path.read_bytes()
    try:
        path.write_bytes(data[:-2] + b"x" + data[-1:])
        assert len(services.verify().broken) == 1
        path.unlink()
        assert len(services.verify().broken) == 1
    finally:
        path.write_bytes(data)
    assert services.verify().broken == []


def test_verify_survives_a_lawful_erasure(zeitz: Organisation) -> None:
    record = services.file_dataset(Dataset("x", b"personal"), "Sealed").record
    services.erase_record_files(record, rule="end of period", by=None)
    verdict = services.verify()
    assert verdict.broken == []
    assert verdict.erased == [record.digest]
    with pytest.raises(StateError, match="erased"):
        services.read_file(record.files.get())


def test_verify_finds_an_event_changed_after_its_seal() -> None:
    place = town("a")
    for n in range(3):
        services.note(None, "import", f"table {n}", place)
    assert services.seal_audit() == 3
    assert services.broken_seals() == []
    from hks.web.evidence.models import AuditEvent

    AuditEvent.objects.filter(subject="table 1").update(subject="table 7")
    assert len(services.broken_seals()) == 1


def test_a_newer_vintage_makes_what_was_computed_from_the_old_one_stale(zeitz: Organisation) -> None:
    old = Filing.objects.get(record__kind="file", record__content__contains="12411-0018")
    computed = age_structure()
    assert not services.stale(computed)
    services.replace(old, services.file_dataset(Dataset("new", b"new"), "Newer"))
    assert services.stale(computed)


def test_a_public_figure_leads_a_stranger_to_table_key_date_level_and_licence(
    zeitz: Organisation, client: Client
) -> None:
    value = IndicatorValue.objects.filter(municipality__ags="15084", indicator="share_65_plus").latest("key_date")
    digest, _, pointer = value.citation.partition("#")
    page = client.get(f"/evidence/{digest}/", {"figure": pointer}).content.decode()
    for word in ("12411-0018", "31.12.2015 bis 31.12.2017", "dl-de/by-2-0", "Statistisches Bundesamt"):
        assert word in page


def test_a_record_names_its_settings_as_its_form_does_and_shows_the_figure_as_it_is(client: Client) -> None:
    mine = town("mine")
    said = {"unit": 15084, "base_year": 2017, "stay_share": 0.25, "age_ranges": "", "role": "caretaker"}
    made = evidence.record("computation", method="population-project 1", values=said,
                           outcomes={"share": {"unit": "1", "value": 0.52849}})  # fmt: skip
    address = f"/evidence/{services.file_record(made, 'Ours', organisation=mine).record.digest}/"
    page = signed_in(mine).get(address, {"figure": "/outcomes/share"}).content.decode()
    for words in ("<dd>15084</dd>", "<dd>2017</dd>", "<dt>Wie viele Zugezogene bleiben?</dt><dd>0,25</dd>", "0,52849"):
        assert words in page
    assert "stay_share" not in page
    assert "Altersspannen" not in page


def test_a_judgement_names_the_role_in_words(client: Client) -> None:
    mine = town("mine")
    made = evidence.record("judgement", values={"role": "caretaker"}, outcomes={"cost": {"unit": "EUR", "value": 1}})
    page = signed_in(mine).get(f"/evidence/{services.file_record(made, 'x', organisation=mine).record.digest}/")
    assert "<dt>Rolle</dt><dd>Kümmerin oder Kümmerer</dd>" in page.content.decode()


def test_settings_that_are_no_number_are_written_in_words(client: Client) -> None:
    mine = town("mine")
    said = {"fact": "reported", "price_year": 2023, "measures": ["A", "B"], "ages_by_draw": True, "first": 2027}
    made = evidence.record("judgement", values=said, outcomes={"cost": {"unit": "EUR", "value": 1}})
    reader = signed_in(mine)
    reader.cookies["hks_language"] = "en"
    page = reader.get(f"/evidence/{services.file_record(made, 'x', organisation=mine).record.digest}/").content.decode()
    for words in ("<dt>How it is known</dt><dd>second-hand, not checked</dd>", "<dt>Prices of the year</dt><dd>2023",
                  "<dt>Measures</dt><dd>A, B</dd>", "<dd>yes</dd>", "<dt>First year</dt><dd>2027</dd>"):  # fmt: skip
        assert words in page


def test_a_wrong_pointer_is_a_sentence_not_an_error(zeitz: Organisation, client: Client) -> None:
    digest = age_structure().digest
    answer = client.get(f"/evidence/{digest}/", {"figure": "/outcomes/<script>/1"})
    assert answer.status_code == 200
    assert b"ins Leere" in answer.content
    assert b"<script>" not in answer.content


def test_an_internal_record_is_open_to_its_town_and_does_not_exist_for_others(client: Client) -> None:
    mine, other = town("mine"), town("other")
    filing = services.file_dataset(Dataset("x", b"secret"), "Internal", organisation=mine)
    address = f"/evidence/{filing.record.digest}/"
    stored = filing.record.files.get()
    assert signed_in(mine).get(address).status_code == 200
    assert signed_in(mine).get(f"{address}files/{stored.sha256}").content == b"secret"
    for stranger in (client, signed_in(other)):
        assert stranger.get(address).status_code == 404
        assert stranger.get(f"{address}files/{stored.sha256}").status_code == 404
        assert stranger.get(f"{address}bundle.json").status_code == 404


def test_a_foreign_ancestor_shows_its_kind_but_not_its_title(client: Client) -> None:
    mine, other = town("mine"), town("other")
    parent = services.file_dataset(Dataset("x", b"secret"), "Their own list", organisation=other)
    child = evidence.record("computation", inputs={"table": parent.record.digest})
    address = f"/evidence/{services.file_record(child, 'Ours', organisation=mine).record.digest}/"
    page = signed_in(mine).get(address).content.decode()
    assert "Nicht freigegeben" in page
    assert "Their own list" not in page
    assert len(signed_in(mine).get(f"{address}bundle.json").json()["records"]) == 1


def test_a_bundle_holds_records_and_files(zeitz: Organisation) -> None:
    digest = age_structure().digest
    bundle = json.loads(json.dumps(bundle_of(digest[:10], with_files=True)))
    assert bundle["digest"] == digest
    assert [content["kind"] for content in bundle["records"]] == ["computation", "file"]
    assert len(bundle["files"]) == 1  # the table; the outcomes are short enough to stand in the record


def test_the_actor_of_an_event_can_be_erased_and_the_seal_holds() -> None:
    user = User.objects.create_user("a@example.org", name="A")
    services.note(user, "import", "table", town("a"))
    services.seal_audit()
    user.delete()
    assert services.broken_seals() == []


def test_a_result_whose_bytes_another_record_brought_first_is_found_again() -> None:
    """Equal bytes are kept once; both records lead to them, in figures, bundles, downloads and verification."""
    array, rows = np.arange(3000.0), ["a" * 100] * 200
    outcomes = {"array": {"unit": "1", "digest": evidence.digest_of_array(array), "form": "npy"}}
    text = evidence.canonical({"value": rows}).encode()
    outcomes["rows"] = {"unit": "1", "digest": evidence.digest_of_file(text), "form": "json"}
    files = {"array": array_bytes(array), "rows": text}
    first, second = (
        services.file_record(
            evidence.record("computation", values={"n": n}, outcomes=outcomes), "x", files=files
        ).record
        for n in (1, 2)
    )
    assert not second.files.exists()
    for record in (first, second):
        assert services.outcome_of(record, "array").tolist() == array.tolist()
        assert services.outcomes_of(record)["rows"] == rows
        assert len(bundle_of(record.digest, with_files=True)["files"]) == 2
    assert services.verify().broken == []
    services.path_of(evidence.digest_of_file(files["array"])).unlink()
    assert {fault["digest"] for fault in services.verify().broken} == {first.digest, second.digest}


def test_the_file_of_a_second_source_can_be_read_and_downloaded(client: Client) -> None:
    services.file_dataset(Dataset("a.csv", b"the same"), "One", visibility="public")
    other = services.file_dataset(Dataset("a.csv", b"the same", Source("Amt")), "Two", visibility="public").record
    assert services.file_of(other) == b"the same"
    sha256 = evidence.digest_of_file(b"the same")
    assert client.get(f"/evidence/{other.digest}/files/{sha256}").content == b"the same"
    assert client.get(f"/evidence/{other.digest}/files/{'0' * 64}").status_code == 404


def test_ancestors_of_many_records_are_asked_together_nearest_first(django_assert_max_num_queries) -> None:
    source = services.file_dataset(Dataset("a.csv", b"1"), "Table").record
    table = services.file_record(evidence.record("table", inputs={"table": source.digest}), "x").record
    ends = [
        services.file_record(
            evidence.record("computation", inputs={"a": table.digest, "b": source.digest}, values={"n": n}), "x"
        ).record
        for n in range(9)
    ]
    with django_assert_max_num_queries(4):  # three generations, and what they hold
        found = services.chains(ends)
    assert all(found[end.pk] == [end, table, source] == services.chain(end) for end in ends)
