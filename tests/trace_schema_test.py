#!/usr/bin/env python3
"""Goal: trace.schema.json says what the programs write, and nothing else.

Method: the sample traces are valid; the same traces with one damage each are not; the schema's keys
are those of the field tables in sim/trace/fields.hpp, required ones included.

Usage: trace_schema_test.py <source dir> [trace.json ...]     exit code 77: jsonschema is missing
"""
import copy
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def tables(header: str) -> dict:
    """The field tables: struct name -> {field: required}."""
    out = {}
    for block in header.split("void fields_of(Of<")[1:]:
        struct = re.match(r"\w+", block).group()
        out[struct] = {name: need == "required"
                       for name, need in re.findall(r'visit\("(\w+)", &\w+::\w+, (\w+),', block)}
    return out


def compare(schema: dict, header: str) -> None:
    places = {"Trace": schema}
    for struct, key in {"Process": "process", "Effect": "effect", "Change": "change",
                        "PropertyStatus": "property", "Step": "step", "Final": "final",
                        "Counts": "counts", "Timed": "timed", "TxTimes": "tx_times",
                        "Interval": "interval"}.items():
        places[struct] = schema["$defs"][key]
    for struct, fields in tables(header).items():
        place = places.pop(struct)
        assert list(place["properties"]) == list(fields) or \
            set(place["properties"]) == set(fields), (struct, list(place["properties"]))
        assert set(place["required"]) == {f for f, need in fields.items() if need}, struct
        assert place["additionalProperties"] is False, struct
    assert not places, places


def damages(trace: dict):
    """The trace with one damage each."""
    def damaged(change):
        other = copy.deepcopy(trace)
        change(other)
        return other
    yield damaged(lambda t: t.update(format="concordat-trace/2"))
    yield damaged(lambda t: t.update(surprise=1))
    yield damaged(lambda t: t.pop("counts"))
    yield damaged(lambda t: t["steps"][0].update(kind="strat"))
    yield damaged(lambda t: t["steps"][0].update(index="1"))
    yield damaged(lambda t: t["steps"][0]["effects"][0].update(ids=["1"]))
    yield damaged(lambda t: t["finals"][0].pop("up"))
    yield damaged(lambda t: t["properties"][0].update(status="maybe"))
    if "timed" not in trace:
        return
    yield damaged(lambda t: t["timed"].pop("seed"))
    yield damaged(lambda t: t["timed"].update(seed=-1))
    yield damaged(lambda t: t["timed"].update(seed=2 ** 64))
    yield damaged(lambda t: t["timed"].update(ended="bored"))
    yield damaged(lambda t: t["timed"]["transactions"][0].update(answered_us=None))
    yield damaged(lambda t: t["timed"]["intervals"][0].update(kind="asleep"))
    yield damaged(lambda t: t["timed"]["intervals"][0].pop("from_us"))
    yield damaged(lambda t: t["steps"][0]["effects"][0].update(time_us="7ms"))


def main() -> None:
    source = pathlib.Path(sys.argv[1])
    schema = json.loads((source / "sim/trace/trace.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    compare(schema, (source / "sim/trace/fields.hpp").read_text(encoding="utf-8"))
    files = sys.argv[2:] or sorted((source / "tests/data").glob("*.trace.json"))
    assert files, "no sample traces"
    for file in files:
        trace = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
        for error in validator.iter_errors(trace):
            sys.exit(f"{file}: {error.json_path}: {error.message}")
        for number, damaged in enumerate(damages(trace)):
            assert not validator.is_valid(damaged), f"{file}: damage {number} is accepted"
    print(f"{len(files)} trace(s) valid")


if __name__ == "__main__":
    main()
