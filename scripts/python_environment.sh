#!/usr/bin/env bash
# Make .venv hold what the lock says, with hashes. Quick where nothing changed.
#   scripts/python_environment.sh               requirements-dev.lock: the service and what its tests need
#   scripts/python_environment.sh production    requirements.lock: the service alone
set -euo pipefail
cd "$(dirname "$0")/.."

lock=requirements-dev.lock
[ "${1:-}" != production ] || lock=requirements.lock

stamp=$({ cat $lock scripts/python_environment.sh; sed '/^\[tool/,$d' pyproject.toml; } | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/hotspots ] && [ "$(cat .venv/.set-up 2>/dev/null)" = "$stamp $PWD" ]; then exit 0; fi

python=""
for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "hotspots needs Python 3.11 or newer with its venv module (Debian 12: apt-get install python3 python3-venv)." >&2
    exit 1
fi

if ! .venv/bin/python -c '' 2>/dev/null; then
    echo "Making the Python environment .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
if [ ! -x .venv/bin/uv ]; then
    # The lock's own entry of uv, with its hashes, is what pip installs.
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements-dev.lock > .venv/uv.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock
fi
echo "Installing Python packages of $lock (some minutes the first time)"
export VIRTUAL_ENV="$PWD/.venv"
# The machine's own certificates, where it has some: an organisation's proxy signs with its own.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS=true; fi
# Compiled once here: where Python may not write its own compiled files, every command would start by compiling pandas anew.
uv=.venv/bin/uv
if [ $lock = requirements.lock ]; then cp .venv/bin/uv .venv/installer; uv=.venv/installer; fi  # the lock alone has no uv
$uv pip sync --quiet --require-hashes --compile-bytecode $lock
$uv pip install --quiet --no-deps --editable .
echo "$stamp $PWD" > .venv/.set-up
