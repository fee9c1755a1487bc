#!/bin/sh
# Make a bare Debian 12 in a folder of its own, clone the last commit into it, and run the project's commands there, so
# that nothing installed on this machine can help them. Prints the seconds each took; fails with the first that fails.
#
#   packaging/bare-debian.sh [TARGET…]      make targets, in order; default: run run check test
#
# Needs root and debootstrap. Packages come from where this machine gets its own: the archive from apt's sources (or
# QAQPA_BARE_MIRROR), wheels as pip is set up here; both, with the certificates, are lent by environment only.
# QAQPA_BARE_ROOT=DIR keeps the folder, and takes it as it is when it is there already (its clone is made anew).
set -eu

fail() {
    echo "bare-debian: $1" >&2
    exit 3
}
[ "$(id -u)" -eq 0 ] || fail "only root can make another Debian in a folder; run this as root."
command -v debootstrap >/dev/null || fail "debootstrap is missing; apt-get install debootstrap."

source=$(cd "$(dirname "$0")/.." && pwd)
[ -z "$(git -C "$source" status --porcelain --untracked-files=no)" ] ||
    echo "bare-debian: what is not committed is not tried." >&2
[ $# -gt 0 ] || set -- run run check test

# shellcheck disable=SC2016 # these are apt's own variables
mirror=${QAQPA_BARE_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(SITE)' 2>/dev/null |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')}
[ -n "$mirror" ] || fail "apt names no Debian archive here; run apt-get update, or set QAQPA_BARE_MIRROR."

if [ -n "${QAQPA_BARE_ROOT:-}" ]; then
    root=$QAQPA_BARE_ROOT
else
    root=$(mktemp -d "${TMPDIR:-/tmp}/bare-debian.XXXXXX")
fi
release() {
    for mounted in dev/shm dev/pts dev proc sys; do
        # --lazy: a process that is just ending may still hold it
        ! mountpoint --quiet "$root/$mounted" || umount "$root/$mounted" 2>/dev/null || umount --lazy "$root/$mounted"
    done
}
leave() {
    release
    # --one-file-system: should a mount have stayed, nothing behind it is touched.
    [ -n "${QAQPA_BARE_ROOT:-}" ] || rm -rf --one-file-system "$root"
}
trap leave EXIT
trap 'exit 130' INT TERM

if [ ! -e "$root/etc/debian_version" ]; then
    echo "bare-debian: making a Debian 12 in $root" >&2
    debootstrap --variant=minbase bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log" >&2; fail "debootstrap failed."; }
    rm -f "$root.log"
fi
chmod 755 "$root"  # the tests run PostgreSQL and one kiosk as users who are not root
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mountpoint --quiet "$root/dev/pts" || mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mountpoint --quiet "$root/dev/shm" || mount -t tmpfs tmpfs "$root/dev/shm"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/srv/lent"
certificates=
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp /etc/ssl/certs/ca-certificates.crt "$root/srv/lent/ca.crt"
    certificates=/srv/lent/ca.crt
fi

index=${PIP_INDEX_URL:-$(python3 -m pip config get global.index-url 2>/dev/null || true)}
inside() {
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
        ${certificates:+PIP_CERT="$certificates"} PIP_DEFAULT_TIMEOUT=180 ${index:+PIP_INDEX_URL="$index"} \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        ${no_proxy:+no_proxy="$no_proxy"} ${CI:+CI="$CI"} chroot "$root" "$@"
}

# All a newcomer has to bring along; the README names them.
inside sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends git make ca-certificates' \
    >"$root/srv/lent/apt.log" 2>&1 || { tail -n 20 "$root/srv/lent/apt.log" >&2; fail "git, make and ca-certificates could not be had."; }
git -C "$source" bundle create --quiet "$root/srv/lent/project.bundle" HEAD "$(git -C "$source" symbolic-ref HEAD)"
rm -rf "$root/srv/qaqpa"
inside git clone --quiet /srv/lent/project.bundle /srv/qaqpa

for target; do
    echo "bare-debian: make $target" >&2
    started=$(date +%s)
    inside make --no-print-directory -C /srv/qaqpa "$target" || { echo "bare-debian: make $target failed" >&2; exit 1; }
    figures="${figures:-}make $target: $(($(date +%s) - started)) s
"
done
printf '%s' "$figures"
