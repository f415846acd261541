"""Lists as files: read back with other programs than those that wrote them; no formula, and a line each time."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import openpyxl
import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, EMRE
from tests.visits import Program, visitor

from comity.assistance import exporting, portfolio_policy
from comity.core import clock, database
from comity.core.journal import Entry

BEGIN = datetime(2031, 3, 3, 9, tzinfo=UTC)
TABLE, OFFICE, TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text"))
EVIL = ["=1+1", "+1", "-2+3", "@SUM(A1)", "|calc", "%x", '=HYPERLINK("http://x","y")', 'a "quoted", cell', "two\nlines"]


def read_csv(content: bytes) -> list[list[object]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)]


def read_xlsx(content: bytes) -> list[list[object]]:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}
    return [
        [one.date() if isinstance(one, datetime) else one for one in row] for row in sheet.iter_rows(values_only=True)
    ]


def read_ods(content: bytes) -> list[list[object]]:
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        assert files.testzip() is None
        tree = ElementTree.fromstring(files.read("content.xml"))
    found = []
    for row in tree.iter(f"{TABLE}table-row"):
        cells: list[object] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            assert f"{TABLE}formula" not in cell.attrib
            day = cell.get(f"{OFFICE}date-value")
            text = cell.find(f"{TEXT}p")
            cells.append(date.fromisoformat(day) if day else None if text is None else text.text)
        found.append(cells)
    return found


READERS = {"csv": read_csv, "xlsx": read_xlsx, "ods": read_ods}


@pytest.fixture
def world():
    with clock.at(BEGIN):
        found = [
            sealed.acknowledged(on=date(2031, 3, 11)),
            sealed.transmitted(on=date(2031, 5, 6), requested="YB"),
            sealed.drafted(on=None),
        ]
    with clock.at(BEGIN + timedelta(days=30)):
        yield found


def exports():
    with database.Session(writes=False) as session:
        return [(one.actor, one.data) for one in session.scalars(select(Entry).where(Entry.name == "list.exported"))]


@pytest.mark.parametrize("ending", list(exporting.FORMATS))
def test_no_cell_is_a_formula_and_what_is_written_is_read_again(ending):
    rows = [[text, date(2031, 3, 1), None, 7] for text in EVIL]
    head, *found = READERS[ending](exporting.write(ending, "Requests", ["=head", "day", "nothing", "number"], rows))
    assert len(found) == len(EVIL)
    for text, row in zip(EVIL, found, strict=True):
        if ending == "csv":
            assert not str(row[0]).startswith(("=", "+", "-", "@", "|", "%"))
            assert str(row[0]).lstrip("'").replace("\\|", "|") == text
            assert row[1:] == ["2031-03-01", "", "7"]
        elif ending == "xlsx":
            assert row == [text, date(2031, 3, 1), None, 7]
        else:
            assert row == [text, date(2031, 3, 1), None, "7"]
    assert str(head[0]).lstrip("'") == "=head"


@pytest.mark.parametrize("ending", list(exporting.FORMATS))
def test_the_file_holds_what_the_filter_picks_in_its_order_and_a_line_says_so(app, world, ending):
    amina = visitor(app, AMINA)
    page = amina.get("/requests/?turn=other&sort=date").get_data(as_text=True)
    assert 'name="query" value="turn=other&amp;sort=date"' in page
    answer = amina.post("/requests/export", query="turn=other&sort=date", format=ending)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, exporting.FORMATS[ending])
    assert answer.headers["Content-Disposition"] == f'attachment; filename="comity-requests.{ending}"'
    head, *rows = READERS[ending](answer.data)
    assert [row[0] for row in rows] == [world[0].reference, world[1].reference]
    assert head[0] == "Reference"
    requested = head.index("Requested date")
    day = date(2031, 3, 11)
    assert rows[0][requested] == (day.isoformat() if ending == "csv" else day)
    assert rows[0][head.index("Stage")] == "Acknowledged"
    assert exports() == [
        (AMINA.id, {"authority": "OTP", "format": ending, "filter": "turn=other&sort=date", "rows": 2})
    ]


def test_a_reader_of_french_gets_french_headings(app, world):
    head, first, *_ = read_csv(visitor(app, BRUNO).post("/requests/export", query="sort=reference", format="csv").data)
    assert (head[0], head[head.index("Date souhaitée")]) == ("Référence", "Date souhaitée")
    assert first[3] in ("Xandrie", "Yvorie")


def test_nobody_exports_what_she_may_not_see(app, world):
    found = {
        actor: visitor(app, actor).post("/requests/export", query="", format="csv") for actor in (CHIDI, DORA, EMRE)
    }
    references = {actor: [row[0] for row in read_csv(answer.data)[1:]] for actor, answer in found.items()}
    assert references == {CHIDI: [world[0].reference], DORA: [world[1].reference], EMRE: []}
    assert [data["rows"] for _actor, data in exports()] == [1, 1, 0]


def test_a_list_that_is_too_long_for_one_file_is_refused_with_the_mend_and_leaves_no_line(app, world, monkeypatch):
    chosen = portfolio_policy.chosen()
    small = chosen.model_copy(update={"export": chosen.export.model_copy(update={"rows": 2})})
    monkeypatch.setattr(portfolio_policy, "chosen", lambda: small)
    amina = visitor(app, AMINA)
    answer = amina.post("/requests/export", query="", format="csv")
    assert answer.status_code == 409
    assert "narrow the list" in answer.get_data(as_text=True)
    assert exports() == []
    assert amina.post("/requests/export", query="turn=other", format="csv").status_code == 200


def test_another_format_is_refused(app, world):
    assert visitor(app, AMINA).post("/requests/export", query="", format="pdf").status_code == 422
    assert exports() == []


def test_the_api_exports_too(app, world):
    amina = Program(app, AMINA)
    body = {"format": "xlsx", "filter": {"stage": ["transmitted", "draft"], "sort": ["reference"]}}
    answer = amina.api("POST", "/requests/export", body)
    assert answer.status_code == 200
    assert len(read_xlsx(answer.data)) == 3
    wrong = amina.api("POST", "/requests/export", {"format": "csv", "filter": {"stage": ["burnt"]}})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/filter/stage")
    assert len(exports()) == 1
