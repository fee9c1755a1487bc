"""Every QML file is clean for qmllint, which is told the types of the view models first: one warning fails.

Run from the top of the tree. The types of the Python classes with `@QmlElement` are dumped, registered under their
`QML_IMPORT_NAME` in a folder made for the purpose, and put on qmllint's import path.
"""

import re
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from pathlib import Path

import PySide6

PYTHON = Path("ui")
QML = Path("ui/qml")
QT = Path(PySide6.__path__[0])
SCRIPTS = Path(sysconfig.get_path("scripts"))
IMPORT_NAME = re.compile(r'^QML_IMPORT_NAME\s*=\s*"([\w.]+)"', re.MULTILINE)
# What the view models may derive from or hand to QML.
FOREIGN = ("core", "gui", "network", "qml", "qmlmodels", "quick")


def python_modules() -> dict[str, list[Path]]:
    """The Python files that define QML types, by the name QML imports them under."""
    modules: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(PYTHON.rglob("*.py")):
        if found := IMPORT_NAME.search(path.read_text(encoding="utf-8")):
            modules[found[1]].append(path)
    return modules


def register(name: str, sources: list[Path], into: Path) -> None:
    """Write qmldir and qmltypes of one Python module, so that qmllint knows its types."""
    folder = into.joinpath(*name.split("."))
    folder.mkdir(parents=True, exist_ok=True)
    dump = folder / "metatypes.json"
    subprocess.run([SCRIPTS / "pyside6-metaobjectdump", "--out-file", dump, *sources], check=True)
    foreign = [str(path) for part in FOREIGN if (path := QT / f"Qt/metatypes/qt6{part}_metatypes.json").exists()]
    command: list[str | Path] = [
        QT / "Qt/libexec/qmltyperegistrar",
        dump,
        "--import-name",
        name,
        "--major-version",
        "1",
    ]
    command += ["--generate-qmltypes", folder / "python.qmltypes", "-o", folder / "unused.cpp"]
    command += ["--foreign-types", ",".join(foreign)]
    subprocess.run(command, check=True)
    (folder / "qmldir").write_text(f"module {name}\ndepends QtQuick\ntypeinfo python.qmltypes\n", encoding="utf-8")


def main() -> int:
    """0 when every file is clean, 1 when qmllint found anything."""
    # Absolute: qmllint finds the qmldir that declares a singleton only by the whole path of its file.
    files = sorted(QML.resolve().rglob("*.qml"))
    if not files:
        print(f"There is no QML under {QML}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as types:
        for name, sources in python_modules().items():
            register(name, sources, Path(types))
        paths = [argument for folder in (types, QML, QT / "Qt/qml") for argument in ("-I", folder)]
        result = subprocess.run([QT / "qmllint", *paths, "--max-warnings", "0", *files], check=False)
    if result.returncode:
        return 1
    print(f"qmllint: {len(files)} files are clean")
    return 0


if __name__ == "__main__":
    sys.exit(main())
