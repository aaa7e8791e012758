#!/usr/bin/env python3
"""Goal: sim/scenario/scenario.schema.json says what the reader says.

Method: the schema is valid JSON Schema (draft 2020-12); it accepts every file under scenarios/ and
the good texts here; it refuses the broken ones. Exit code 77 means: skipped, because python3 has no
jsonschema or no yaml.

    tests/scenario_schema_test.py [FOLDER...]      # further folders of good scenarios
"""

import json
import pathlib
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "sim" / "scenario" / "scenario.schema.json"
HEAD = "name: n\nprotocol: p\n"


# PyYAML reads YAML 1.1, in which `no` is false. Editors and our reader read YAML 1.2.
class Yaml12(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
]:
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)

GOOD = [
    "",
    "options: {presume: nothing, retries: 5, eager: true}",
    "processes: {participants: 3}\nplace: {n1: [c, p1], n2: []}\ntransactions: 2",
    'votes: {p1: no, "t2 p1": any}\nchoices: {p1: {ship: fail}}',
    "store: {p1: {accounts: {alice: 1000}}}\nwork: {p1: {accounts.alice: -100}}",
    "network: {copies: set}",
    "network: {copies: 2, delivery: fifo, crash: drop, partition: hold}",
    "timing: {latency: 1.5ms, timeouts: {vote: 50ms}}",
    "faults:\n- crash: {node: c, sent_to: [p1], of: decision, recover_after: 10s}",
    "faults:\n- crash: {node: c, after: force commit, recover: true, tail: lost}",
    "faults:\n- partition: {groups: [[c, p1], [p2]], from: 20ms, to: 1s}",
    "faults:\n- partition: {groups: [[c], [p2]], on: told, of: c, heal: true}",
    "faults:\n- lose: {message: decision, to: p2}",
    'schedule:\n- "crash c after force commit"',
    'expect: {UA: ok, blocked: [p2], decisions: {p1: "commit, then abort"}, locked: [p1 a.b]}',
    "explore: {crashes: 1, losses: unlimited, from: faults, expect: {UA: holds, states: 12}}",
]

BROKEN = [
    "vots: {p1: no}",
    "network: {copys: 2}",
    "network: {copies: 0}",
    "transactions: 0",
    "transactions: many",
    "processes: {participants: 25}",
    "processes: {a b: 1}",
    "votes: {t0 p1: no}",
    "choices: {p1: {vote: no}}",
    "work: {p1: {accounts: 1}}",
    "conserve: accounts",
    "conserve: [a, a]",
    "locks: waitdie",
    "timing: {latency: 5}",
    "timing: {latency: -5ms}",
    "timing: {latency: 5 ms}",
    "faults: [crash]",
    "faults:\n- crash: {node: c}",
    "faults:\n- crash: {at: 1s}",
    "faults:\n- crash: {node: c, at: 1s, on: voted}",
    "faults:\n- crash: {node: c, sent_to: [p1]}",
    "faults:\n- crash: {node: c, at: 1s, recover: true, recover_after: 1s}",
    "faults:\n- crash: {node: c, at: 1s}\n  lose: {message: m}",
    "faults:\n- partition: {groups: [[c]], from: 1s}",
    "faults:\n- partition: {groups: [[c], [p1]]}",
    "faults:\n- partition: {groups: [[c], [p1]], on: told}",
    "faults:\n- partition: {groups: [[c], [p1]], on: told, of: c, to: 1s}",
    "faults:\n- partition: {groups: [[c], [p1]], from: 1s, heal: true}",
    "faults:\n- lose: {to: p1}",
    "expect: {UB: ok}",
    "expect: {UA: holds}",
    "explore: {expect: {UA: ok}}",
    "explore: {heal: yes}",
    "explore: {from: scratch}",
    "explore: {crashes: -1}",
]


def main(folders):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []

    def errors(text):
        return [f"{error.json_path}: {error.message}"
                for error in validator.iter_errors(yaml.load(text, Loader=Yaml12))]

    for body in GOOD:
        failures += [f"refused: {body}\n  {error}" for error in errors(HEAD + body)]
    for body in BROKEN:
        if not errors(HEAD + body):
            failures.append(f"accepted: {body}")
    for text in ["name: n", "protocol: p", "[]"]:
        if not errors(text):
            failures.append(f"accepted: {text}")
    files = sorted(file for folder in [ROOT / "scenarios", *map(pathlib.Path, folders)]
                   for file in folder.rglob("*.yaml"))
    for file in files:
        failures += [f"{file}: {error}" for error in errors(file.read_text(encoding="utf-8"))]

    print("\n".join(failures))
    print(f"{len(GOOD)} good texts, {len(BROKEN)} broken ones, {len(files)} files: "
          f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
