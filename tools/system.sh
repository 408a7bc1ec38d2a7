#!/bin/sh
# Bring what this machine lacks beside Python's packages, or say what that is.
#
#     sh tools/system.sh book|test|data ...
#
# With root, or sudo that asks no password, apt-get installs it, and a line says so.
# Elsewhere one line says what is missing and how to get it, and nothing is changed.
set -u
list=$(dirname "$0")/system-packages.txt

# Say whether one of these programs, or of the files these patterns stand for, is there.
there() {
    for sign in "$@"; do
        case $sign in
        /*) [ -e "$sign" ] && return 0 ;;
        *) command -v "$sign" >/dev/null 2>&1 && return 0 ;;
        esac
    done
    return 1
}

# Set `packages`, `brew` and `words` to what is missing of the kinds in "$@".
look() {
    packages='' brew='' words=''
    while IFS='|' read -r kind package signs cask reason; do
        case " $* " in *" ${kind% } "*) ;; *) continue ;; esac
        # shellcheck disable=SC2086 # patterns and lists, to be split and expanded
        there $signs && continue
        set -f
        # shellcheck disable=SC2086
        packages="$packages $(choose $package)" brew="$brew $cask"
        set +f
        words="$words; $(echo $package | cut -d' ' -f1) ($(echo $reason))"
    done <"$list"
    words=${words#; }
}

# Of several packages, take the first that apt-get can install.
choose() {
    for package in "$@"; do
        apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]' && break
        package=$1
    done
    echo "$package"
}

# With root, or sudo that asks no password: run a command that changes the system.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Ubuntu 24.04 lets an ordinary user make namespaces only where a profile allows it.
allow_bubblewrap() {
    forbidden=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
    [ -d /etc/apparmor.d ] && [ "$(cat $forbidden 2>/dev/null)" = 1 ] || return 0
    [ -e /etc/apparmor.d/bwrap ] || [ -e /etc/apparmor.d/bwrap-userns-restrict ] && return 0
    if as_root true 2>/dev/null; then
        echo "Allowing bubblewrap to make namespaces, in /etc/apparmor.d/bwrap."
        as_root cp "$(dirname "$0")/../grader/nbreferee/run/bwrap.apparmor" /etc/apparmor.d/bwrap
        as_root apparmor_parser --replace /etc/apparmor.d/bwrap
    fi
}

look "$@"
if [ -n "$packages" ] && command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    echo "Installing with apt-get:$packages"
    log=$(mktemp)
    # shellcheck disable=SC2086
    { as_root apt-get update --quiet && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --quiet --yes --no-install-recommends $packages; } >"$log" 2>&1 ||
        { echo "apt-get could not:"; tail -n 3 "$log"; }
    rm -f "$log"
    look "$@"
fi
case " $* " in *" test "*) there bwrap && allow_bubblewrap ;; esac
if [ -n "$packages" ]; then
    if command -v apt-get >/dev/null; then
        how="sudo apt-get install$packages"
    elif command -v brew >/dev/null && [ -n "$(echo $brew)" ]; then
        how="brew install $(echo $brew), as far as Homebrew has it"
    else
        how="this system's package manager, with what it calls$packages"
    fi
    echo "Missing: $words. To bring it: $how"
fi
