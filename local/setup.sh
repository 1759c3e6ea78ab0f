#!/bin/sh
# Make .venv, or bring it up to date: a no-op when neither the lock nor the Python changed.
# PYTHON names the interpreter; without it, an existing .venv keeps its own.
set -eu

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

echo "Setting up .venv with Python $version (about a minute) ..."
if [ "$(.venv/bin/python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)" != "$version" ]; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# --no-deps: the lock is complete, and older pips mishandle extras when they check hashes.
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check \
    --no-deps --require-hashes -r "$lock"
echo "$state" >"$stamp"
echo "Done. What else there is: make help"
