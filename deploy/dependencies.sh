#!/bin/sh
# Installs what is missing of Debian 12's packages, as root; otherwise prints the one line to run and stops.
#   dependencies.sh run         to build and run
#   dependencies.sh test        for the tests and checks, too
#   dependencies.sh fuzz        to build and run, and for make fuzz
#   dependencies.sh reference   to build and run, and the programs that models are compared with
set -eu
what=${1:-run}
packages="gcc libc6-dev pkg-config libmicrohttpd-dev libsqlite3-dev libcjson-dev libsodium-dev libopenblas-pthread-dev liblapacke-dev \
libcurl4-openssl-dev libwebp-dev libjpeg62-turbo-dev libpng-dev libzip-dev zlib1g-dev curl"
[ "$what" = test ] && packages="$packages libcmocka-dev chromium clang-format cppcheck sqlite3 python3 r-cran-jsonlite r-cran-rsqlite"
[ "$what" = fuzz ] && packages="$packages clang libclang-rt-14-dev"
[ "$what" = reference ] && packages="$packages python3-numpy python3-scipy python3-mpmath python3-sklearn r-cran-lme4 r-cran-numderiv"

missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
# Node.js may come from elsewhere than Debian; any version from 18.19 on does.
command -v node > /dev/null || missing="$missing nodejs"
command -v npm > /dev/null || missing="$missing npm"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some packages are missing. Please run this once, then make again:" >&2
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing:$missing"
apt-get update -q > /dev/null
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing > /dev/null
