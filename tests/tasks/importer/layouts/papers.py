"""Pens for the layouts: a Word file, a sheet, a printed PDF, written in memory."""

import io

import docx
import openpyxl
import weasyprint
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

MOTTO_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
MOTTO_PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"


class Word:
    """A .docx from top to bottom: `head`, `title`, `bases`, `says`, `table`, `ends`; `bytes()` at the end."""

    def __init__(self):
        self.document = docx.Document()
        self.document.styles["Normal"].font.name = "Times New Roman"
        self.document.styles["Normal"].font.size = Pt(13)

    def head(self, *, issuer, number, dated, motto=MOTTO_STATE):
        """The two columns every paper begins with: who issues and the motto, below them the number, the place and the date."""
        table = self.document.add_table(rows=2, cols=2)
        for cell, words in zip((*table.rows[0].cells, *table.rows[1].cells), (issuer, motto, number, dated), strict=True):
            cell.text = words
        return self

    def title(self, *lines):
        for line in lines:
            self.says(line, bold=True, centred=True)
        return self

    def bases(self, *lines):
        for line in lines:
            self.document.add_paragraph().add_run(line).italic = True
        return self

    def says(self, text, *, bold=False, centred=False, style=None):
        """One paragraph; `**words**` inside it are bold."""
        paragraph = self.document.add_paragraph(style=style)
        for place, piece in enumerate(text.split("**")):
            paragraph.add_run(piece).bold = bold or place % 2 == 1
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return self

    def lines(self, text):
        """One paragraph for each line that is not empty."""
        for line in filter(None, map(str.strip, text.splitlines())):
            self.says(line)
        return self

    def table(self, rows, *, merge=()):
        """Rows of cell texts; `merge` holds (row, column, last row, last column), whose first cell keeps its text."""
        wide = max(map(len, rows))
        table = self.document.add_table(rows=len(rows), cols=wide, style="Table Grid")
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
        for top, left, bottom, right in merge:
            kept = rows[top][left]
            cell = table.cell(top, left).merge(table.cell(bottom, right))
            cell.text = kept
        return self

    def ends(self, *recipients, post, signer):
        """Recipients on the left, the signature on the right."""
        left, right = self.document.add_table(rows=1, cols=2).rows[0].cells
        left.text = "\n".join(["Nơi nhận:", *(f"- {recipient};" for recipient in recipients)])
        right.text = f"{post}\n\n\n{signer}"
        return self

    def page(self):
        self.document.add_page_break()
        return self

    def bytes(self):
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()


def sheet(sheets):
    """An .xlsx: {title: (rows, merged ranges)}; a cell may be text, a number, a date or None."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, (rows, merged) in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
        for cells in merged:
            page.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def printed(html, *, style=""):
    """A text PDF of an HTML body, A4, with the page number in the head as official papers have it."""
    base = """
        @page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font: 11pt 'Liberation Serif'; } }
        body { font: 12pt 'Liberation Serif', serif; line-height: 1.3; } p { margin: 0 0 6pt; text-align: justify; }
        table { border-collapse: collapse; width: 100%; }
        .ruled td, .ruled th { border: 0.6pt solid #000; padding: 3pt; vertical-align: top; }
        .head td { width: 50%; text-align: center; vertical-align: top; } .c { text-align: center; }
    """
    return weasyprint.HTML(string=f"<html lang='vi'><style>{base}{style}</style><body>{html}</body></html>").write_pdf()
