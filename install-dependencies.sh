#!/bin/sh
# Installs what Concordat needs on Debian 12: ./install-dependencies.sh [--gui] [--ci] [--bench]
#
# --gui adds Qt for the viewer, --ci the second compiler and the checkers of the continuous
# integration, --bench the checkers and the simulator that bench/peers compares with. Does nothing,
# and needs no rights, if every package is there.
#
# shellcheck disable=SC2086  # a list of packages is words, to be split
set -eu

packages="g++ cmake ninja-build
  libboost-dev libboost-graph-dev libcli11-dev libfmt-dev libyaml-cpp-dev nlohmann-json3-dev
  libbenchmark-dev libgmock-dev libgtest-dev"
# libclang-rt has the sanitizers and the fuzzer of clang, llvm what names the lines they report.
ci_packages="clang libclang-rt-14-dev llvm clang-format clang-tidy
  git python3 python3-jsonschema"
# The GL packages: Qt asks for them when it is configured. Text needs some font; these are small,
# the second is for Chinese.
gui_packages="qt6-base-dev qt6-svg-dev qt6-charts-dev libqt6opengl6-dev libgl-dev
  qt6-tools-dev qt6-l10n-tools qt6-translations-l10n
  libsimdjson-dev fonts-dejavu-core fonts-wqy-microhei"
bench_packages="clang libsimgrid-dev python3 rumur spin"

for option; do
  case "$option" in
    --gui) packages="$packages $gui_packages" ;;
    --ci) packages="$packages $ci_packages" ;;
    --bench) packages="$packages $bench_packages" ;;
    *) echo "usage: $0 [--gui] [--ci] [--bench]" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "$0: this is no Debian; install what these packages hold:" $packages >&2
  exit 2
fi

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "$0: run this as root; it installs:$missing" >&2
    exit 2
  fi
  as_root="sudo"
fi

echo "Installing:$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -q --no-install-recommends $missing
