#!/bin/sh
# Make .venv, or bring it up to date: a no-op when neither the lock nor the Python changed.
# PYTHON names the interpreter; without it, an existing .venv keeps its own.
set -eu

# Only the user may read .local: the local stack has the bot's token.
(umask 077 && mkdir -p .local)
case $(ls -ld .local) in
drwx------*) ;;
*) chmod -R go= .local ;;
esac

lock=requirements-dev.txt
stamp=.venv/.setup
python=${PYTHON:-python3}
if [ -z "${PYTHON:-}" ] && .venv/bin/python -c '' 2>/dev/null; then
    python=.venv/bin/python
fi

version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') || {
    echo "No Python answers to '$python'. Name one: make PYTHON=python3.13 ..." >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Channelwright needs Python 3.11 or newer, and '$python' is $version." >&2
    echo "Name another: make PYTHON=python3.13 ..." >&2
    exit 1
}

state="$version $(cksum <"$lock")"
if [ "$(cat "$stamp" 2>/dev/null)" = "$state" ]; then
    exit 0
fi

# Say how far pip is: on a terminal in one line, elsewhere in a few.
show_progress() {
    total=$(grep -c == "$lock")
    count=0
    while read -r first second _; do
        case "$first $second" in
        "Collecting "* | "Processing "* | "Ignoring "*)
            count=$((count + 1))
            if [ -t 1 ]; then
                printf '\r  %d of %d packages' "$count" "$total"
            elif [ $((count % 40)) = 0 ]; then
                echo "  $count of $total packages"
            fi
            ;;
        "Installing collected")
            if [ -t 1 ]; then printf '\r'; fi
            echo "  $count of $total packages; installing them ..."
            ;;
        esac
    done
}

echo "Setting up .venv with Python $version (two or three minutes) ..."
if [ "$(.venv/bin/python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)" != "$version" ]; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# --no-deps: the lock is complete, and older pips mishandle extras when they check hashes.
# A pipe forgets that pip failed: the stamp is only there if it did not. pip's errors are shown, its
# warnings are not: --quiet, which would hide them, hides the progress, too.
rm -f "$stamp"
{
    {
        .venv/bin/python -u -m pip install --progress-bar off --disable-pip-version-check \
            --no-deps --require-hashes -r "$lock" && echo "$state" >"$stamp"
    } 2>&1 >&3 | grep -v '^WARNING: ' >&2
} 3>&1 | show_progress
[ -e "$stamp" ] || exit 1
echo "Done. To list the targets: make help"
