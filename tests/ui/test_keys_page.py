"""The officers' page is typed, command by command, in its order; what it says a command prints is printed."""

import json
import re
import shlex
from fnmatch import fnmatchcase
from pathlib import Path

from tests.support.shell import ROOT, Finished, qaqpa, qaqpa_here
from tests.ui.test_cli_trust import PARK, PARKED, SEALED

PAGE = ROOT / "docs" / "KEYS.md"


def blocks() -> list[tuple[str, list[str]]]:
    """Each command of the page with the lines that it says are printed."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ qaqpa "):
                found.append((line.removeprefix("$ qaqpa "), []))
            else:
                found[-1][1].append(line)
    return found


def test_the_page_is_true(tmp_path: Path) -> None:
    registry, park = tmp_path / "registry", tmp_path / "park.json"
    park.write_text(json.dumps(PARK), encoding="utf-8")
    for name in ("aigul", "berik", "chingiz", "dana", "yerlan", "madina", "x", "stick"):
        (tmp_path / "media" / name).mkdir(parents=True)
    assert qaqpa_here("registry", "init", "--data", registry).code == 0
    assert qaqpa_here("registry", "park", "add", park, "--data", registry).code == 0
    kid = json.loads(qaqpa_here("registry", "keys", "list", "--park", "21", "--data", registry, "--json").out)["kid"]
    typed = blocks()
    assert len(typed) > 30
    for words, printed in typed:
        told = run(words.replace("KEY", kid), tmp_path, registry)
        assert told.code == 0, (words, told)
        # at a terminal the answer ends the line
        said = (told.out + told.err).replace(str(tmp_path), "").replace("[y/N]: ", "[y/N]\n").splitlines()
        for line in printed:
            pattern = line.replace("KEY", kid).replace("[", "[[]").replace("?", "[?]").replace("…", "*")
            assert any(fnmatchcase(each, pattern) for each in said), (words, line, said)


def run(words: str, folder: Path, registry: Path) -> Finished:
    """One command, in these folders; whoever is asked says yes."""
    arguments = [word.replace("/media/", f"{folder}/media/") for word in shlex.split(words)]
    env = SEALED | PARKED | {"QAQPA_DATA": str(registry)}
    if arguments[2] == "sign":
        return qaqpa(*arguments, given="y\n", env=env)
    return qaqpa_here(*arguments, env=env)
