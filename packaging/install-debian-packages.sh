#!/bin/sh
# Install what debian-packages.txt names and this machine lacks. Does nothing, quickly, when nothing is missing.
#
#   packaging/install-debian-packages.sh run     what it takes to run
#   packaging/install-debian-packages.sh test    the same, and what only the tests and checks need
set -eu

list=$(dirname "$0")/debian-packages.txt
case ${1:-test} in
run) wanted=$(sed '/^# --- to test/,$d' "$list") ;;
*) wanted=$(cat "$list") ;;
esac
wanted=$(printf '%s\n' "$wanted" | sed 's/#.*//' | tr -s '[:space:]' ' ')

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system: make sure it has what packaging/debian-packages.txt names. Going on." >&2
    exit 0
fi

missing=
for package in $wanted; do
    # A package that was removed but left its settings behind is still known to dpkg, so the state is read, not the exit code.
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    case $state in *installed) [ "$state" = not-installed ] && missing="$missing $package" ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

echo "Installing Debian packages:$missing" >&2
root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These Debian packages are missing, and only root can install them (there is no sudo here):$missing" >&2
        echo "Ask an administrator to run: apt-get install --no-install-recommends$missing" >&2
        exit 3
    fi
    root=sudo
fi
fail() {
    echo "$1 Missing are:$missing" >&2
    echo "Check the network and the package sources of this machine, then run the same command again." >&2
    exit 3
}
# Debian makes and starts a database cluster with its package; the tests start their own, so none is wanted here.
no_cluster=/etc/postgresql-common/createcluster.d/qaqpa.conf
case $missing in
*postgresql*)
    $root mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" | $root tee "$no_cluster" >/dev/null
    ;;
esac
# shellcheck disable=SC2086 # the names are meant to be split
{
    $root env DEBIAN_FRONTEND=noninteractive apt-get update --quiet >&2 || fail "The list of Debian packages could not be fetched."
    $root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $missing >&2 ||
        fail "The Debian packages could not be installed."
}
$root rm -f "$no_cluster"
