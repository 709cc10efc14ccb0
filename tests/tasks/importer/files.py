"""Files made in memory for the tests of the readers: Word parts written by hand, PDFs printed by WeasyPrint."""

import io
import zipfile

import weasyprint

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
KINDS = ("styles", "numbering", "header", "footer")


def word(body, *, namespace=W, main_type=TYPE, more=None, **parts):
    """A .docx of the XML `body`; `styles`, `numbering`, `header`, `footer` are the inside of those parts, `more` other entries."""
    roots = {"styles": "styles", "numbering": "numbering", "header": "hdr", "footer": "ftr"}
    links = "".join(f'<Relationship Id="r{kind}" Type="{R}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>',
        )
        package.writestr("_rels/.rels", _relations(f'<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>'))
        package.writestr("word/_rels/document.xml.rels", _relations(links))
        package.writestr("word/document.xml", _root("document", f"<w:body>{body}</w:body>", namespace))
        for kind, inside in parts.items():
            package.writestr(f"word/{kind}.xml", _root(roots[kind], inside, namespace))
        for name, inside in (more or {}).items():
            package.writestr(name, inside)
    return out.getvalue()


def _relations(inside):
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def _root(name, inside, namespace):
    others = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    return f'<w:{name} xmlns:w="{namespace}" {others}>{inside}</w:{name}>'


def p(*runs, **properties):
    """A paragraph; properties are those of w:pPr by name: p("Mục", jc="center"), p("Việc", num=(3, 0)), p("I", style="Heading1")."""
    inside = ""
    if "style" in properties:
        inside += f'<w:pStyle w:val="{properties["style"]}"/>'
    if "num" in properties:
        inside += f'<w:numPr><w:ilvl w:val="{properties["num"][1]}"/><w:numId w:val="{properties["num"][0]}"/></w:numPr>'
    if "jc" in properties:
        inside += f'<w:jc w:val="{properties["jc"]}"/>'
    inside += properties.get("more", "")
    return f"<w:p><w:pPr>{inside}</w:pPr>{''.join(run if run.startswith('<') else r(run) for run in runs)}</w:p>"


def r(text, *, bold=False, font="", more=""):
    properties = ("<w:b/>" if bold else "") + (f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else "") + more
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(*inside, span=0, merge=""):
    """A cell; `merge` is "restart" or "continue"."""
    properties = (f'<w:gridSpan w:val="{span}"/>' if span else "") + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(each if each.startswith('<') else p(each) for each in inside) or p('')}</w:tc>"


def tbl(*rows):
    inside = "".join(f"<w:tr>{''.join(cell if cell.startswith('<w:tc') else tc(cell) for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{inside}</w:tbl>"


def levels(*forms, abstract=1, num=1):
    """A numbering part with one list: forms are (numFmt, lvlText) by level."""
    inside = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(forms)
    )
    used = f'<w:num w:numId="{num}"><w:abstractNumId w:val="{abstract}"/></w:num>'
    return f'<w:abstractNum w:abstractNumId="{abstract}">{inside}</w:abstractNum>{used}'


def rezipped(content, change):
    """The zip `content` with each entry's (name, bytes) put through `change`, which returns a pair or None to leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            kept = change(entry.filename, old.read(entry))
            if kept:
                new.writestr(*kept)
    return out.getvalue()


STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm }
body { font: 12pt 'DejaVu Serif' } p { margin: 6pt 0; text-align: justify; text-indent: 10mm } p.c { text-align: center; text-indent: 0 }
table { border-collapse: collapse; width: 100% } td, th { vertical-align: top; text-align: left }
table.ruled td, table.ruled th { border: 0.5pt solid black; padding: 4pt }
table.plain td { padding: 5pt 22pt 5pt 0 } td.c { text-align: center }
"""


def printed(body, style=""):
    """A PDF of the HTML `body`."""
    return weasyprint.HTML(string=f"<style>{STYLE}{style}</style>{body}").write_pdf()
