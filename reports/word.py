"""The same paper as a Word file: the page of ``reports.paper`` as JSON on standard input, a .docx on standard output.

Run as a child process, ``python -m reports.word``, under the limits of the press: a table of thousands of rows is a tree in memory,
and it goes with the process. Imports no Django, reads no file and no address. The same page gives the same bytes.
"""

import io
import json
import sys
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from reports import press
from reports.profiles import BY_NAME
from reports.typesetting import JOINER

FAMILY = "Times New Roman"  # what offices have; Liberation Serif stands in for it line by line
LANGUAGE = "vi-VN"
A4 = (210, 297)  # millimetres
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
TWIPS = 1440 / 25.4  # in a millimetre

# Our styles, by the part of the profile that sets them; the names stand in Word's gallery.
STYLES = {
    "superior": "Cơ quan cấp trên",
    "issuer": "Cơ quan ban hành",
    "number": "Số và ký hiệu",
    "place_and_date": "Địa danh và ngày tháng",
    "base": "Căn cứ",
    "cell": "Ô bảng",
    "recipients_head": "Nơi nhận",
    "recipient": "Nơi nhận - từng nơi",
    "authority": "Thẩm quyền ký",
    "post": "Chức vụ",
    "signer": "Người ký",
}
HEAD_STYLES = {"kind": "Title", "subject": "Subtitle"}

WATERMARK = """<w:r {w} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>
<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>
<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>
<v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="PowerPlusWaterMarkObject{n}" o:spid="_x0000_s{spid}" type="#_x0000_t136" alt="{words}" style="position:absolute;margin-left:0;\
margin-top:0;width:430pt;height:108pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;\
mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f"
fillcolor="#d9d9d9" stroked="f"><v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" string="{words}"/></v:shape>
</w:pict></w:r>"""
DRAFT_WORDS = "DỰ THẢO"


def main():
    press.limit(cpu_seconds=press.CPU_SECONDS, wall_seconds=press.WALL_SECONDS, address_space=press.ADDRESS_SPACE)
    sys.stdout.buffer.write(typed(json.load(sys.stdin.buffer)))
    return 0


def typed(page):
    """The bytes of a .docx made from the page of ``reports.paper``, its profile by name."""
    return _packed(Writer(page, BY_NAME[page["profile"]]).write())


class Writer:
    """Writes one paper from its head to its last annex."""

    def __init__(self, page, profile):
        self.page, self.facts, self.profile = page, page["facts"], profile
        self.document = Document()

    def write(self):
        self._describe()
        self._set_styles()
        self._set_page()
        self._head()
        self._title()
        for section in self.page["sections"]:
            self._section(section)
        self._foot()
        for n, annex in enumerate(self.page["annexes"]):
            self._annex(annex, is_first=n == 0)
        return self.document

    def _describe(self):
        core, at = self.document.core_properties, datetime.fromisoformat(self.page["stamp"])
        core.title = f"{self.profile.kind_words}: {self.facts['subject']}"[:255]
        core.author, core.last_modified_by, core.language = self.facts["issuer"]["name"][:255], "Thông Suốt", LANGUAGE
        core.created = core.modified = at
        core.comments, core.revision = "", 1
        for key, relation in list(self.document.part.package.rels.items()):
            if relation.reltype == RELATION.THUMBNAIL:  # a picture of the library's own sample
                del self.document.part.package.rels[key]

    # Styles and page

    def _set_styles(self):
        profile, styles = self.profile, self.document.styles
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        _set_family(defaults)
        defaults.find(qn("w:lang")).set(qn("w:val"), LANGUAGE)
        defaults.find(qn("w:lang")).set(qn("w:eastAsia"), LANGUAGE)
        self._style("Normal", profile.body, gap_pt=0)
        body = self._style("Body Text", profile.body, gap_pt=profile.paragraph_gap_pt, align=ALIGN.JUSTIFY)
        body.first_line_indent = Mm(profile.indent_mm)
        _exactly(body, profile.line_pt)
        body.widow_control = True
        for part, name in HEAD_STYLES.items():
            self._style(name, getattr(profile, part), gap_pt=20 if part == "kind" else 0, align=ALIGN.CENTER)
        for part, name in STYLES.items():
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
            self._style(name, getattr(profile, part), gap_pt=0, align=ALIGN.LEFT if "recip" in part or part == "cell" else ALIGN.CENTER)
        base = styles[STYLES["base"]].paragraph_format
        base.first_line_indent, base.space_before, base.alignment = Mm(profile.indent_mm), Pt(profile.paragraph_gap_pt), ALIGN.JUSTIFY
        _exactly(base, profile.line_pt)
        heading = self._style("Heading 1", profile.body, gap_pt=profile.paragraph_gap_pt)
        styles["Heading 1"].font.bold = True
        heading.first_line_indent, heading.keep_with_next = Mm(profile.indent_mm), True
        annex = self._style("Heading 2", profile.annex_title, gap_pt=0, align=ALIGN.CENTER)
        annex.keep_with_next = True
        # An annex is no part of the section before it: it stands beside the sections in the outline.
        styles["Heading 2"].element.pPr.find(qn("w:outlineLvl")).set(qn("w:val"), "0")

    def _style(self, name, type_, *, gap_pt, align=ALIGN.LEFT):
        style = self.document.styles[name]
        for link in style.element.findall(qn("w:link")):  # to a style of letters in the sample's blue, which some readers follow
            style.element.remove(link)
        _set_family(style.element.get_or_add_rPr())
        font, form = style.font, style.paragraph_format
        font.size, font.bold, font.italic, font.underline = Pt(type_.pt), type_.bold, type_.italic, type_.underlined
        font.color.rgb = RGBColor(0, 0, 0)
        form.space_before, form.space_after, form.line_spacing, form.alignment = Pt(gap_pt), Pt(0), 1.0, align
        for border in style.element.pPr.findall(qn("w:pBdr")):  # the sample's blue rule under a title
            style.element.pPr.remove(border)
        for spaced in [*style.element.rPr.findall(qn("w:spacing")), *style.element.rPr.findall(qn("w:kern"))]:
            style.element.rPr.remove(spaced)
        return form

    def _set_page(self):
        section, profile = self.document.sections[0], self.profile
        section.page_width, section.page_height = (Mm(side) for side in A4)
        section.top_margin, section.bottom_margin = Mm(profile.margin_top_mm), Mm(profile.margin_bottom_mm)
        section.left_margin, section.right_margin = Mm(profile.margin_left_mm), Mm(profile.margin_right_mm)
        section.header_distance, section.footer_distance = Mm(profile.page_number_from_top_mm), Mm(profile.margin_bottom_mm / 2)
        section.different_first_page_header_footer = not profile.page_number_on_first
        self._margins(1, section.header, section.footer, numbered=True)
        if section.different_first_page_header_footer:
            self._margins(2, section.first_page_header, section.first_page_footer, numbered=False)

    def _margins(self, n, header, footer, *, numbered):
        """What stands outside the text: the page's number, the mark of a draft, the mark of illustrative data."""
        head = header.paragraphs[0]
        head.alignment = ALIGN.CENTER
        if numbered:
            _add_page_number(head, self.profile.page_number_pt)
        if self.facts["draft"]:
            head._p.append(parse_xml(WATERMARK.format(w=nsdecls("w"), n=n, spid=2048 + n, words=DRAFT_WORDS)))
        if self.facts["illustrative"]:
            foot = footer.paragraphs[0]
            foot.alignment = ALIGN.RIGHT
            foot.add_run("dữ liệu minh họa").font.size = Pt(9)

    # Head, text, foot

    def _head(self):
        width, share = self._width(), self.profile.issuer_percent
        table = self._beside([share, 100 - share], rows=2)
        issuer, motto = table.rows[0].cells
        lines = [(self.facts["issuer"]["superior"], "superior"), (self.facts["issuer"]["name"], "issuer")]
        _fill(issuer, [(words, STYLES[part]) for words, part in lines if words])
        if self.profile.issuer_mark:
            issuer.add_paragraph(self.profile.issuer_mark, STYLES["superior"])
        else:
            _rule(issuer.add_paragraph(style=STYLES["superior"]), width * share / 100)
        _fill(motto, [(words, STYLES["issuer"]) for words, _ in self.profile.motto])
        for paragraph, (_, type_) in zip(motto.paragraphs, self.profile.motto, strict=True):
            paragraph.runs[0].font.size, paragraph.runs[0].font.bold = Pt(type_.pt), type_.bold
        motto.paragraphs[-1].runs[0].font.underline = True  # a rule as long as its words
        number, dated = table.rows[1].cells
        _fill(number, [(self.page["number_line"], STYLES["number"])])
        _fill(dated, [(self.page["place_and_date"], STYLES["place_and_date"])])
        for cell in (number, dated):
            cell.paragraphs[0].paragraph_format.space_before = Pt(4)

    def _title(self):
        self.document.add_paragraph(self.profile.kind_words, "Title")
        self._paragraph(self.page["subject"], "Subtitle")
        if self.profile.subject_mark:
            self._paragraph(self.profile.subject_mark, STYLES["number"])
        else:
            _rule(self.document.add_paragraph(style=STYLES["number"]), self._width())
        for base in self.page["bases"]:
            self._paragraph(base, STYLES["base"])
        self._paragraph(self.page["opening"], "Body Text")

    def _section(self, section):
        if section["heading"]:
            self._paragraph(section["heading"], "Heading 1")
        for words in section["paragraphs"]:
            self._paragraph(words, "Body Text")
        if section["table"]:
            self.document.paragraphs[-1].paragraph_format.space_after = Pt(self.profile.paragraph_gap_pt)
            self._table(section["table"])

    def _foot(self):
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True  # a signature never stands alone on its page
        self.document.add_paragraph(style="Normal").paragraph_format.keep_with_next = True
        recipients, signature = self._beside([45, 55], rows=1).rows[0].cells
        items = [(f"- {recipient}", STYLES["recipient"]) for recipient in self.page["recipients"]]
        _fill(recipients, [(self.profile.recipients_words, STYLES["recipients_head"]), *items])
        signed = self.facts["signature"]
        lines = [(line, STYLES["authority"]) for line in signed["authority"].splitlines()]
        _fill(signature, [*lines, (signed["post"], STYLES["post"]), (signed["name"], STYLES["signer"])])
        signature.paragraphs[-1].paragraph_format.space_before = Pt(66)

    def _annex(self, annex, *, is_first):
        if is_first:
            self._turn_page()
        heading = self._paragraph(annex["title"], "Heading 2")
        heading.paragraph_format.page_break_before = not is_first
        reference = self._paragraph(self.page["annex_reference"], STYLES["place_and_date"])
        reference.paragraph_format.keep_with_next = True
        if annex["rows"]:
            self._table(annex)
        else:
            self._paragraph(annex["empty"], STYLES["number"]).paragraph_format.space_before = Pt(12)

    def _turn_page(self):
        """From here the sheets lie across. Their head is that of the pages before; none of them is a first page."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_height, section.page_width = (Mm(side) for side in A4)
        section.different_first_page_header_footer = False

    def _paragraph(self, words, style):
        paragraph = self.document.add_paragraph(style=style)
        paragraph._p.append(parse_xml(_run_xml(words)))
        return paragraph

    # Tables

    def _width(self):
        section = self.document.sections[-1]
        return (section.page_width - section.left_margin - section.right_margin) / Mm(1)

    def _beside(self, shares, *, rows):
        """A table without borders, its columns `shares` percent wide, that stays on one page."""
        table = self.document.add_table(rows, len(shares))
        table.autofit = False
        margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'  # the motto needs its whole column
        table._tbl.tblPr.insert_element_before(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"), "w:tblLook")
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Mm(self._width() * share / 100)  # the cells' too: Word looks at them, LibreOffice at the columns
        for row in table.rows:
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
            for cell, share in zip(row.cells, shares, strict=True):
                cell.width = Mm(self._width() * share / 100)
        return table

    def _table(self, table):
        """A table of the report. Its rows are written as XML: cell by cell through the library takes a minute for an annex."""
        whole = sum(float(column["width"]) for column in table["columns"])  # less than 100 where the PDF has a chart beside
        widths = [self._width() * TWIPS * float(column["width"]) / whole for column in table["columns"]]
        element = parse_xml(_table_xml(widths))
        element.append(parse_xml(_head_xml([column["label"] for column in table["columns"]], widths, style=self._cell_style())))
        for row in table["rows"]:
            element.append(parse_xml(self._row_xml(row, widths)))
        self.document.element.body.insert_element_before(element, "w:sectPr")
        self.document.add_paragraph(style="Normal").paragraph_format.line_spacing = Pt(1)  # two tables that touch become one

    def _row_xml(self, row, widths):
        if "group" in row:
            cell = _cell_xml(row["group"], sum(widths), style=self._cell_style(), span=len(widths), bold=True, kept=True)
            return f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"
        cells = [
            _cell_xml(words, width, style=self._cell_style(), align=align)
            for (words, align), width in zip(row["cells"], widths, strict=True)
        ]
        whole = "" if row["tall"] else "<w:trPr><w:cantSplit/></w:trPr>"
        return f"<w:tr {nsdecls('w')}>{whole}{''.join(cells)}</w:tr>"

    def _cell_style(self):
        return self.document.styles[STYLES["cell"]].style_id


def _table_xml(widths):
    grid = "".join(f'<w:gridCol w:w="{width:.0f}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths):.0f}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>"
    )


def _head_xml(labels, widths, *, style):
    cells = [
        _cell_xml(label, width, style=style, align="center", bold=True, kept=True) for label, width in zip(labels, widths, strict=True)
    ]
    return f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _cell_xml(words, width, *, style, align="left", span=1, bold=False, kept=False):
    span = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    kept = "<w:keepNext/>" if kept else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width:.0f}" w:type="dxa"/>{span}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val={quoteattr(style)}/>{kept}<w:jc w:val="{align}"/></w:pPr>{_run_xml(words, bold=bold)}</w:p></w:tc>'
    )


def _run_xml(words, *, bold=False):
    """One run. Word has its own mark for a hyphen at which no line breaks, and draws a joiner as a box in some typefaces."""
    words = escape(words).replace(f"-{JOINER}", "\0").replace(JOINER, "")
    for character, element in (("\0", "<w:noBreakHyphen/>"), ("\n", "<w:br/>"), ("\t", "<w:tab/>")):
        words = words.replace(character, f'</w:t>{element}<w:t xml:space="preserve">')
    properties = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r {nsdecls("w")}>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'


def _fill(cell, lines):
    """The lines [(words, style)] as the paragraphs of a cell."""
    for n, (words, style) in enumerate(lines):
        paragraph = cell.add_paragraph(style=style) if n else cell.paragraphs[0]
        paragraph.style = style
        paragraph._p.append(parse_xml(_run_xml(words)))


def _rule(paragraph, width_mm, rule_mm=28):
    """A short rule in the middle of a column: the lower border of an empty line."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width_mm - rule_mm) / 2)
    _exactly(paragraph.paragraph_format, 4)
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(border), "w:spacing", "w:ind", "w:jc")


def _exactly(form, pt):
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pt)


def _set_family(properties):
    """One typeface for every script, in place of the theme's."""
    for fonts in properties.findall(qn("w:rFonts")):
        properties.remove(fonts)
    fonts = " ".join(f'w:{script}="{FAMILY}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {fonts}/>"))


def _add_page_number(paragraph, pt):
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="{2 * pt}"/></w:rPr><w:t>2</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))


def _packed(document):
    """The document's bytes with one date for every part, so that the same paper is the same file."""
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as archive:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, ZIPPED_AT)
            archive.writestr(entry, parts.read(part), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
