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
    "network: {copies: bag}",
    "network: {copies: 2, delivery: fifo, crash: drop, partition: hold}",
    "timing: {latency: 1.5ms, timeouts: {vote: 50ms}}",
    "timing: {latency: {uniform: [1ms, 9ms], plus: 1ms}, force: {constant: 2ms}}",
    "timing: {latency: {log_normal: {median: 5ms, sigma: 0.5}}, force: {table: [1ms, 40ms]}}",
    "timing:\n  links: [{from: c, to: p2, latency: 70ms}, {to: p1, latency: {exponential: 1ms}}]",
    "timing:\n  sites: {east: [c], west: [p1]}\n  between: [{sites: [east, west], latency: 70ms}]",
    "timing: {disks: {p1: 20ms}, group_commit: false, limit: 1h, stop: decided}",
    "timing: {clock_error: 1/1000, clocks: {p1: 200ppm, p2: -0.1%}}",
    "timing: {clock_error: 200ppm}\nchances: {vote: {no: 1/20, read: 0.1}}",
    "load: {total: 1000000, gap: {exponential: 1ms}}",
    "faults:\n- crash: {node: c, sent_to: [p1], of: decision, recover_after: 10s}",
    "faults:\n- crash: {node: c, after: force commit, recover: true, tail: lost}",
    "faults:\n- partition: {groups: [[c, p1], [p2]], from: 20ms, to: 1s}",
    "faults:\n- partition: {groups: [[c], [p2]], on: told, of: c, heal: true}",
    "faults:\n- partition: {groups: [[c], [p2]], one_way: true, on: told, of: c, heal_after: 1s}",
    "faults:\n- pause: {node: c, at: 20ms, for: 500ms}",
    "faults:\n- pause: {node: c, on: decided, resume: true}",
    "faults:\n- lose: {message: decision, to: p2}",
    "faults:\n- lose: {from: c, since: 1s, until: 2s, count: 1000}",
    "faults:\n- delay: {message: yes, by: 50ms}\n- reorder: {from: p1}",
    "random: {crash: {every: 1s, down: 100ms, nodes: [c], inside: 1/3}, lose: 2%, until: 9s}",
    "random: {partition: {every: 2s, lasts: 1s, one_way: 0.25}, pause: {every: 1s, lasts: 1ms}}",
    "random: {duplicate: 1/50, delay: {chance: 1/20, by: {exponential: 50ms}}}",
    'schedule:\n- "crash c after force commit"',
    'expect: {UA: ok, blocked: [p2], decisions: {p1: "commit, then abort"}, locked: [p1 a.b]}',
    "explore: {crashes: 1, losses: unlimited, from: faults, expect: {UA: holds, states: 12}}",
    "explore: {crashes: 2, crash_limits: [{nodes: [c], crashes: 1}, {nodes: [p1], crashes: 0}]}",
    "explore: {faults: F6, crash_points: steps, max_states: 9, expect: {NB: violated}}",
    "variants: [{name: with M6, options: {mistake: m6}}, {name: b, protocol: q, seeds: 1..9}]",
    "load: {total: 9}\nvariants: [{name: a, load: {gap: 1ms}, random: {crash: {down: 1s}}}]",
    "bench: {}",
    "bench: {transactions: 1, warm_up: 0, nodes: 12, coordinators: 3, deadline: 2s}\nfaults: []",
    "bench: {arrivals: {every: {exponential: 1ms}, at_most: 9}, participants: [2, 5], skew: 0.99}",
    "bench: {arrivals: {clients: 9, think: 1ms}, business: bank, participants: 2, rows: 2}",
    "bench: {read_only: 20%, readers: 1/3, locks: detect, lock_timeout: 50ms, keys: 9}",
    "bench: {sites: [a, b], inside: 1ms, between: [{sites: [a, b], latency: 1s}], home: 80%}",
    "bench: {sites: [a], inside: {uniform: [1ms, 2ms]}}",
    "bench: {failures: {coordinators: {every: 9s, down: 1s}, pause: {every: 9s, lasts: 1s}}}",
    "bench: {failures: {partition: {every: 9s, lasts: 1s, one_way: 1/4}, lose: 1%}}",
    "bench: {failures: {slow_disk: {every: 9s, lasts: 1s, times: 20}, duplicate: 0.1}}",
    "bench: {failures: {delay: {chance: 1/2, by: 1ms}, participants: {every: 9s, down: 1s}}}",
    "bench: {compare: [a, b/c], measures: [m]}\nexplore: {crashes: 1}\nseeds: 1..3",
    *("bench: {resembles: {source: s, says: t, checks: [{measure: m, of: a, is: %s}]}}" % claim
      for claim in ["zero", "proportional, to: timing.latency, factor: 4.5, within: 1%",
                    "grows, with: bench.skew", "flat, with: bench.keys, within: 1/3",
                    "below, than: b/c, by: 10%, where: {bench.skew: 0.9, profile: x}"]),
    "bench: {lock_timeout: 5ms, arrivals: {think: 1ms}}\nsweep: {bench.locks: [wait, detect], "
    "bench.arrivals.clients: [1, 9]}",
    "bench: {keys: 9}\nvariants: [{name: a, bench: {failures: {pause: {lasts: 1s}}}}]",
    "sweep: {processes.participants: [2, 3], protocol: [p, q], options.eager: [true, false]}",
    "sweep: {work.p1.accounts.alice: [-1], votes.t2 p1: [yes, no]}\nvariants: [{name: a}]",
]

NO_COMMON_PROTOCOL = "name: n\nvariants: [{name: a, protocol: p}, {name: b, protocol: q}]"

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
    "timing: {latency: [1ms, 2ms]}",
    "timing: {latency: {}}",
    "timing: {latency: {plus: 1ms}}",
    "timing: {latency: {constant: 1ms, exponential: 2ms}}",
    "timing: {latency: {uniform: [1ms]}}",
    "timing: {latency: {log_normal: {median: 5ms}}}",
    "timing: {latency: {log_normal: {median: 5ms, sigma: 4.5}}}",
    "timing: {latency: {table: []}}",
    "timing: {links: [{latency: 70ms}]}",
    "timing: {links: [{from: c}]}",
    "timing: {sites: {east: []}}",
    "timing: {between: [{sites: [east], latency: 1ms}]}",
    "timing: {between: [{sites: [east, west]}]}",
    "timing: {clock_error: -0.1%}",
    "timing: {clocks: {p1: fast}}",
    "timing: {limit: 0s}",
    "timing: {stop: never}",
    "network: {copies: pile}",
    "chances: {vote: 1/20}",
    "chances: {vote: {no: 2}}",
    "load: {gap: 1ms}",
    "load: {total: 0}",
    "load: {total: 10}\nschedule: []",
    "random: {lose: 1/2}\nschedule: []",
    "random: {crash: {down: 1s}}",
    "random: {crash: {every: 0s}}",
    "random: {crash: {every: 1s, nodes: []}}",
    "random: {partition: {every: 1s, nodes: [c]}}",
    "random: {delay: {chance: 1/2}}",
    "random: {lose: 2}",
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
    "faults:\n- partition: {groups: [[c], [p1]], from: 1s, heal_after: 1s}",
    "faults:\n- partition: {groups: [[c], [p1]], on: told, of: c, heal: true, heal_after: 1s}",
    "faults:\n- partition: {groups: [[c], [p1], [p2]], one_way: true, from: 1s}",
    "faults:\n- pause: {at: 1s}",
    "faults:\n- pause: {node: c}",
    "faults:\n- pause: {node: c, at: 1s, on: voted}",
    "faults:\n- pause: {node: c, at: 1s, resume: true}",
    "faults:\n- pause: {node: c, on: voted, for: 1s, resume: true}",
    "faults:\n- lose: {count: 2}",
    "faults:\n- lose: {to: p1, by: 1s}",
    "faults:\n- delay: {to: p1}",
    "faults:\n- delay: {by: 1s}",
    "faults:\n- reorder: {count: 1}",
    "expect: {UB: ok}",
    "expect: {UA: holds}",
    "explore: {expect: {UA: ok}}",
    "explore: {heal: yes}",
    "explore: {from: scratch}",
    "explore: {crashes: -1}",
    "explore: {crash_limits: [{nodes: [c]}]}",
    "explore: {crash_limits: [{nodes: [], crashes: 1}]}",
    "explore: {crash_limits: [{nodes: [c], crashes: unlimited}]}",
    "explore: {faults: F12}",
    "explore: {faults: F8}",
    "explore: {faults: F6, crashes: 1}",
    "explore: {faults: F6, from: faults}",
    "bench: {transactions: 0}",
    "bench: {warm_up: many}",
    "bench: {nodes: 10001}",
    "bench: {clients: 3}",
    "bench: {participants: [2]}",
    "bench: {participants: 25}",
    "bench: {business: bakery}",
    "bench: {business: bank, participants: 3}",
    "bench: {business: shop, participants: [2, 3]}",
    "bench: {rows: 9}",
    "bench: {skew: 4.5}",
    "bench: {read_only: 2}",
    "bench: {locks: waitdie}",
    "bench: {lock_timeout: 5ms}",
    "bench: {lock_timeout: 5ms, locks: no_wait}",
    "bench: {deadline: 0s}",
    "bench: {arrivals: {}}",
    "bench: {arrivals: {think: 1ms}}",
    "bench: {arrivals: {every: 1ms, clients: 2}}",
    "bench: {arrivals: {every: 1ms, think: 1ms}}",
    "bench: {arrivals: {clients: 2, at_most: 2}}",
    "bench: {sites: [a]}",
    "bench: {sites: [], inside: 1ms}",
    "bench: {sites: [a, b], inside: 1ms}",
    "bench: {inside: 1ms}",
    "bench: {home: 1/2}",
    "bench: {between: []}",
    "bench: {failures: {crash: {every: 9s}}}",
    "bench: {failures: {coordinators: {every: 9s}}}",
    "bench: {failures: {participants: {every: 0s, down: 1s}}}",
    "bench: {failures: {partition: {every: 9s}}}",
    "bench: {failures: {pause: {every: 9s, lasts: 1s, nodes: [c]}}}",
    "bench: {failures: {slow_disk: {every: 9s, lasts: 1s, times: 1}}}",
    "bench: {failures: {delay: {chance: 1/2}}}",
    "bench: {compare: []}",
    "bench: {compare: [a, a]}",
    "bench: {compare: [a/]}",
    "bench: {measures: m}",
    "bench: {resembles: {source: s, says: t}}",
    "bench: {resembles: {source: s, says: t, checks: []}}",
    *("bench: {resembles: {source: s, says: t, checks: [{measure: m, of: a%s}]}}" % claim
      for claim in ["", ", is: huge", ", is: zero, within: 1%", ", is: proportional",
                    ", is: grows, to: bench.skew", ", is: grows, with: bnch.skew",
                    ", is: flat, with: bench.keys, by: 1%", ", is: below",
                    ", is: zero, where: {skew: 1}",
                    ", is: proportional, to: bench.keys, factor: 0"]),
    "bench: {}\nschedule: []",
    "bench: {}\nfaults: [{pause: {node: c, at: 1s}}]",
    "bench: {}\nrandom: {}",
    "bench: {}\nload: {total: 9}",
    "bench: {}\nexpect: {}",
    "bench: {}\ntransactions: 2",
    "variants: []",
    "variants: {name: a}",
    "variants: [a]",
    "variants: [{options: {a: b}}]",
    "variants: [{name: a, sweep: {profile: [x]}}]",
    "variants: [{name: a, optins: {a: b}}]",
    "variants: [{name: a, schedule: [], load: {total: 9}}]",
    "sweep: {}",
    "sweep: {profile: x}",
    "sweep: {profile: []}",
    "sweep: {profile: [a, a]}",
    "sweep: {faults: [[a]]}",
    "sweep: {name: [a, b]}",
    "sweep: {optins.f: [1]}",
    "sweep: {options.: [1]}",
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
    failures += [f"refused: {error}" for error in errors(NO_COMMON_PROTOCOL)]
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
