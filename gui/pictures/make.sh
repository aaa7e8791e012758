#!/usr/bin/env bash
# Draws the pictures of README.md again: gui/pictures/make.sh [viewer]
#
# The words are measured with the machine's usual font: DejaVu Sans gives the pictures as they are.
set -euo pipefail
viewer=$(realpath "${1:-$(dirname "$0")/../../build/viewer/concordat-viewer}")
cd "$(dirname "$0")"

draw() {
  "$viewer" --render "$1" --out "$2" && echo "gui/pictures/$2"
}

draw ../../scenarios/two_phase_commit/coordinator-crash.yaml blocks.svg
draw ../../scenarios/textbook_three_phase_commit/3pc-07-partition.yaml splits.svg

# A part of the verdicts that `concordat matrix` gives.
part=$(mktemp --suffix .csv)
trap 'rm -f "$part"' EXIT
protocols="two_phase_commit|three_phase_commit|textbook_three_phase_commit"
protocols="$protocols|quorum_three_phase_commit|paxos_commit|inbac"
awk -F, -v protocols="$protocols" \
  -v profiles="|presumed_nothing|cooperative|paxos_commit|abort_on_timeout|skeen_1982" \
  -v classes="F0|F1|F2|F4|F5|F6|F7|F8-stop|F9|F10" '
  function in_list(word, words) { return index("|" words "|", "|" word "|") > 0 }
  NR == 1 || (in_list($1, protocols) && in_list($2, profiles) && in_list($3, classes) &&
    ($4 == "UA" || $4 == "NB"))' ../../tests/data/matrix.csv > "$part"
draw "$part" verdicts.svg
