#!/usr/bin/env python3
"""Goal: bench/compare sorts, marks and fails as it says. Method: two small files with known ratios
and noises are compared; the whole output and the exit codes are known.

usage: bench_compare_test.py <bench/compare> <folder with bench_old.json and bench_new.json>
"""
import pathlib
import subprocess
import sys
import tempfile

MACHINES = """different machines or builds:
  old: one, 2, g++ 12, Release
  new: another, 2, g++ 12, Release

"""
TABLE = """benchmark                   old      new  new/old  noise
files: much_slower       2.5 ms   3.5 ms    1.400   4.5%  slower
files: noisy               1 us   1.4 us    1.400  44.7%
model: much_slower      12.5 ns    15 ns    1.200   0.0%  slower
files: a_little_slower     1 us  1.12 us    1.120   4.5%  slower
model: same              100 us   100 us    1.000   1.4%
files: faster               2 s    1.5 s    0.750   5.7%  faster

6 compared: 3 slower, 1 faster
"""
OTHERS = """only in the old file: files: gone
only in the new file: model: added
"""
FAILED = "files: much_slower is slower by more than 25 %\n"


def run(program, *arguments):
    ended = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                           check=False)
    return ended.returncode, ended.stdout, ended.stderr


def expect(got, wanted):
    assert got == wanted, f"got:\n{got}\nwanted:\n{wanted}"


def main():
    program = sys.argv[1]
    old, new = (pathlib.Path(sys.argv[2]) / f"bench_{age}.json" for age in ("old", "new"))

    expect(run(program, old, new), (0, MACHINES + TABLE + OTHERS, ""))
    expect(run(program, old, new, "--fail-over", "25%"),
           (1, MACHINES + TABLE + OTHERS + FAILED, ""))
    # The slowest two have 40 %; the noisy one of them never fails.
    expect(run(program, old, new, "--fail-over", "41%"), (0, MACHINES + TABLE + OTHERS, ""))
    code, out, _ = run(program, old, new, "--fail-over", "11.5%")
    expect((code, out.count("is slower by more than 11.5 %")), (1, 3))
    code, out, _ = run(program, old, old, "--fail-over", "0%")
    expect((code, "different" in out, "7 compared: 0 slower, 0 faster" in out), (0, False, True))

    with tempfile.TemporaryDirectory() as folder:
        other = pathlib.Path(folder) / "other.json"
        for text in ["", "[]", "{}", '{"machine": {}, "benchmarks": []}',
                     '{"machine": {}, "benchmarks": [{"program": "a", "name": "b"}]}',
                     old.read_text().replace("2500000", "0")]:
            other.write_text(text)
            code, out, error = run(program, old, other)
            expect((code, out, error.startswith("bench/compare: ")), (2, "", True))
    code, _, error = run(program, old, "no such file")
    expect((code, error), (2, "bench/compare: no such file: No such file or directory\n"))
    expect(run(program, old, new, "--fail-over", "25")[0], 2)
    code, out, _ = run(program, "--help")
    expect((code, "--fail-over PERCENT" in out), (0, True))


if __name__ == "__main__":
    main()
