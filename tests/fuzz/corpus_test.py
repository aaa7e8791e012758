#!/usr/bin/env python3
"""Goal: the fuzzers begin with every key of the formats, and quickly.

Method: every key of each schema stands in some file of the corpus, as a key; and no file is large.

usage: corpus_test.py <source dir>
"""
import json
import pathlib
import re
import sys

LARGEST = 16 * 1024  # bytes; what .ci/fuzz lets a fuzzer make up

CORPORA = {
    "sim/scenario/scenario.schema.json": ("scenario", r"(?<![\w.-])%s[\"']?\s*:(?!\w)"),
    "sim/trace/trace.schema.json": ("trace", r'"%s"\s*:'),
}


def keys(schema):
    """The keys that a schema names, of whatever objects."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    found = set()
    for name, value in schema.items():
        named = name == "properties" and isinstance(value, dict)
        found |= set(value) if named else set()
        for inner in value.values() if named else [value]:
            found |= keys(inner)
    return found


def main(root):
    problems = []
    for schema, (folder, pattern) in CORPORA.items():
        files = [path for path in (root / "tests/fuzz/corpus" / folder).iterdir()]
        text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
        names = keys(json.loads((root / schema).read_text(encoding="utf-8")))
        assert len(names) > 40, f"{schema} names its keys in another way"
        problems += [f"no file in tests/fuzz/corpus/{folder} has the key `{name}`: add it to one"
                     for name in sorted(names) if not re.search(pattern % re.escape(name), text)]
        problems += [f"{path.name} is larger than {LARGEST} bytes: minimise it"
                     for path in files if path.stat().st_size > LARGEST]
    print("\n".join(problems) or "every key is there")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
