#!/usr/bin/env python3
"""Goal: no verdict changes unnoticed. Method: the whole verdict matrix, computed with two seconds
for each cell, is compared with the one in tests/data/matrix.csv, which was computed with more time:
a cell that is known in both has the same verdict, and the same length of its shortest
counterexample.
The table in the README must say what that file says.

usage: matrix_test.py <program> <tests/data/matrix.csv> <README.md>
       concordat matrix --format csv | matrix_test.py --accept tests/data/matrix.csv
"""
import csv
import io
import subprocess
import sys

KEPT = ["protocol", "profile", "class", "property", "verdict", "length", "bound"]

if sys.argv[1] == "--accept":
    with open(sys.argv[2], "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, KEPT, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(csv.DictReader(sys.stdin))
    sys.exit(0)

program, golden_file, readme_file = sys.argv[1:]


def cells(text):
    """{(protocol, profile, class, property): row}"""
    rows = csv.DictReader(io.StringIO(text))
    return {(r["protocol"], r["profile"], r["class"], r["property"]): r for r in rows}


def fact(cell):
    """What does not depend on the machine. What was found with one order of independent events, or
    holds as far as a bound, need not be as short, or as far."""
    return {k: cell[k] for k in ("verdict", "length")}


def sort(cell):
    return "bounded" if cell["verdict"] == "holds" and cell["bound"] else cell["verdict"]


def families(classes, wanted):
    """F7 and F7-twice, if all of them: F7. As in `concordat matrix --format markdown`."""
    out, done = [], set()
    for name in classes:
        family = name.split("-")[0]
        if family in done:
            continue
        done.add(family)
        members = [c for c in classes if c.split("-")[0] == family]
        some = [c for c in members if c in wanted]
        short = {"twice": "x2", "stop": "s", "recover": "r"}
        names = [family + short.get(c.removeprefix(family + "-"), "") for c in some]
        out += [family] if some == members else names
    return " ".join(out)


golden = cells(open(golden_file, encoding="utf-8").read())
run = subprocess.run([program, "matrix", "--once", "--max-time", "2s", "--format", "csv"],
                     capture_output=True, text=True, check=False)
assert run.returncode in (0, 3), run.stderr
now = cells(run.stdout)
problems = []
if list(golden) != list(now):
    problems.append(f"rows differ: {set(golden) ^ set(now)}")
known = 0
for key, cell in now.items():
    if key not in golden or "unknown" in (cell["verdict"], golden[key]["verdict"]):
        continue
    known += 1
    want, got = fact(golden[key]), fact(cell)
    if want != got:
        problems.append(f"{' '.join(key)}: expected {want}, got {got}")

classes = list(dict.fromkeys(key[2] for key in golden))
readme = open(readme_file, encoding="utf-8").read()
for protocol, profile in dict.fromkeys(key[:2] for key in golden):
    line = f"| `{protocol}`{' ' + profile if profile else ''} |"
    codes = list(dict.fromkeys(k[3] for k in golden if k[:2] == (protocol, profile)))
    for code in codes:
        column = {c: sort(golden[protocol, profile, c, code]) for c in classes}
        words = []
        for wanted, mark in (("violated", ""), ("bounded", "\u2264 "), ("unknown", "? ")):
            some = families(classes, [c for c in classes if column[c] == wanted])
            words += [mark + some] if some else []
        line += f" {' '.join(words) or '·'} |"
    if line not in readme:
        problems.append(f"the README lacks the line {line}")

print(f"{known} of {len(now)} cells were compared")
for problem in problems:
    print(problem)
sys.exit(1 if problems or known < len(now) / 2 else 0)
