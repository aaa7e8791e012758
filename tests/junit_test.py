#!/usr/bin/env python3
"""Goal: what `concordat test --junit` writes is read by others. Method: scenarios with every
outcome and hostile names are tested by the real program; its report is parsed, held to the
elements and attributes that Jenkins' schema (junit-10.xsd) allows, and compared with --json.

usage: junit_test.py <program>
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

HEADER = "name: a test\nprotocol: two_phase_commit\n"
FILES = {
    "good.yaml": HEADER,
    "unmet.yaml": HEADER + "expect: {outcome: abort}\n",
    "sub/open.yaml": HEADER + "explore: {crashes: 1, max_states: 20, expect: {UA: holds}}\n",
    "sub/both.yaml": HEADER + "expect: {outcome: commit}\nexplore: {crashes: 1}\n",
    "sub/broken.yaml": HEADER + '"<&]]>": 1\n',
    "sub/two.yaml": HEADER + "variants: [{name: a}, {name: '<&\"> é', votes: {p1: no}}]\n"
                             "expect: {outcome: commit}\n",
    "a b/it's <&\">é.yaml": HEADER + "expect: {outcome: abort}\n",
    "a b/\x01\udcff\ufffe\n.yaml": HEADER + "expect: {outcome: abort}\n",
}

# Element: its attributes (True: required) and its children.
ALLOWED = {
    "testsuites": (
        {"name": False, "time": False, "tests": False, "failures": False, "errors": False},
        ["testsuite"],
    ),
    "testsuite": (
        {"name": True, "tests": True, "failures": True, "errors": True, "skipped": False,
         "time": False},
        ["testcase"],
    ),
    "testcase": (
        {"name": True, "classname": False, "time": False},
        ["skipped", "error", "failure", "system-out"],
    ),
    "failure": ({"type": False, "message": False}, []),
    "error": ({"type": False, "message": False}, []),
    "skipped": ({"type": False, "message": False}, []),
    "system-out": ({}, []),
}


def judge_element(element):
    attributes, children = ALLOWED[element.tag]
    for name, value in element.attrib.items():
        assert name in attributes, f"{element.tag} may not have {name}"
        if name == "time":
            assert re.fullmatch(r"[0-9]+\.[0-9]{3}", value), value
    for name, required in attributes.items():
        assert not required or name in element.attrib, f"{element.tag} needs {name}"
    for child in element:
        assert child.tag in children, f"{element.tag} may not hold {child.tag}"
        judge_element(child)


def count(cases, tag):
    return sum(1 for case in cases if case.find(tag) is not None)


def judge_counts(root):
    for element in [root, *root.iter("testsuite")]:
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases)
        assert int(element.get("failures")) == count(cases, "failure")
        assert int(element.get("errors")) == count(cases, "error")
        if element.tag == "testsuite":
            assert int(element.get("skipped")) == count(cases, "skipped") == 0


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        ended = subprocess.run([program, "test", ".", "--json", "--junit", "report.xml"],
                               cwd=folder, capture_output=True, check=False)
        assert ended.returncode == 2, ended
        results = json.loads(ended.stdout)
        root = ET.parse(os.path.join(folder, "report.xml")).getroot()

    assert root.tag == "testsuites"
    judge_element(root)
    judge_counts(root)
    assert [suite.get("name") for suite in root] == ["a b", ".", "sub"]
    cases = list(root.iter("testcase"))
    assert len(cases) == len(results["results"]) == results["passed"] + results["failed"] == 10
    # Suites bring the cases of a folder together: the order is another one than that of --json.
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    for name in [("good", "run"), ("sub.both", "run"), ("sub.both", "explore"),
                 ("sub.two", "run [a]"), ("sub.two", "run [<&\"> é]"), ("sub.broken", "file"), ("a b.it's <&\">é", "run"),
                 ("a b.\ufffd\ufffd\ufffd\n", "run")]:
        assert name in names, (name, names)
    by_name = dict(zip(names, cases))
    failure = by_name[("unmet", "run")].find("failure")
    assert failure.get("type") == "violated"
    assert failure.get("message") == failure.text
    assert failure.text == "./unmet.yaml:3:19: error: outcome: expected abort, got commit"
    assert by_name[("unmet", "run")].find("system-out").text == "again: concordat run ./unmet.yaml"
    assert by_name[("sub.open", "explore")].find("failure").get("type") == "unknown"
    again = by_name[("sub.two", "run [<&\"> é]")].find("system-out").text
    assert again == "again: concordat run ./sub/two.yaml --variant '<&\"> é'", again
    assert "unknown key `<&]]>`" in by_name[("sub.broken", "file")].find("error").text
    assert list(by_name[("good", "run")]) == []


if __name__ == "__main__":
    main()
