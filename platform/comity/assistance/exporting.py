"""A list as a file for a spreadsheet: what the platform knows of each request, as the filter narrows and sorts it.

No content leaves: there is none here.  A cell that a spreadsheet would take for a formula is text in every format:
defusedcsv puts an apostrophe before it, and the other two formats say of each cell that it is text.  How many requests
one file holds is bounded (`policies/portfolio.toml`), and each export is a line of the journal.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import xlsxwriter
from defusedcsv import csv
from lxml import etree
from odfdo import Document, Element

from comity.assistance import events, portfolio_policy, queries, saved
from comity.assistance.filtering import Filter
from comity.assistance.model import RequestForAssistance
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction

Cell = str | date | int | None
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""By ending, the media type."""

PAGE = 500
"""Requests read at once."""

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def requests(tx: Transaction, wanted: Filter) -> Iterator[list[RequestForAssistance]]:
    """The requests of the filter, some at a time.  Raises Refused, with the mend, where one file cannot hold them."""
    most, count, after = portfolio_policy.chosen().export.rows, 0, None
    while True:
        page = queries.listing(tx, wanted, after=after, limit=min(PAGE, most))
        count += len(page.requests)
        if count > most or (count == most and page.after):
            raise Refused(
                _(
                    "One file holds %(count)s requests at most: narrow the list, for example by State or stage.",
                    count=most,
                )
            )
        yield page.requests
        after = page.after
        if after is None:
            return


def note(tx: Transaction, wanted: Filter, ending: str, rows: int) -> None:
    """Record that the actor exported so many requests, and with which filter."""
    tx.record(None, events.ListExported(tx.actor.authority or "", ending, saved.written(wanted), rows))


def day_of(moment: datetime | None, zone: ZoneInfo) -> date | None:
    """The day of a moment in the reader's zone: a spreadsheet knows no zones."""
    return moment.astimezone(zone).date() if moment else None


def write(ending: str, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The file, in one of FORMATS."""
    return {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[ending](title, head, rows)


def _csv(_title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """RFC 4180, in UTF-8 with the mark by which spreadsheets know it; days as 2026-12-22."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow(["" if one is None else str(one) for one in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _xlsx(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.set_column(0, len(head) - 1, 18)
        sheet.freeze_panes(1, 1)
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, bold)
        for n, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(n, column, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, int):
                    sheet.write_number(n, column, value)
                elif value is not None:
                    sheet.write_string(n, column, value)
    return out.getvalue()


def _ods(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """odfdo makes the document; its cells one by one take minutes for a long list, so the table is made with lxml."""
    table = etree.Element(f"{{{OFFICE}table:1.0}}table", {f"{{{OFFICE}table:1.0}}name": title})
    for row in (head, *rows):
        line = etree.SubElement(table, f"{{{OFFICE}table:1.0}}table-row")
        for value in row:
            _ods_cell(line, value)
    document = Document("spreadsheet")
    document.body.clear()
    document.body.append(Element.from_tag(etree.tostring(table, encoding="unicode")))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _ods_cell(line: etree._Element, value: Cell) -> None:
    cell = etree.SubElement(line, f"{{{OFFICE}table:1.0}}table-cell")
    if value is None:
        return
    kind = "date" if isinstance(value, date) else "float" if isinstance(value, int) else "string"
    cell.set(f"{{{OFFICE}office:1.0}}value-type", kind)
    if kind != "string":
        cell.set(f"{{{OFFICE}office:1.0}}{'date-value' if kind == 'date' else 'value'}", str(value))
    etree.SubElement(cell, f"{{{OFFICE}text:1.0}}p").text = str(value)
