#!/usr/bin/env bash
# Install the Debian packages that are missing, and only those.
#   scripts/system_packages.sh [database] [python] [browser] [gdal] [java] [proxies]
set -euo pipefail

missing=()

has_postgis() {
    local bin share
    for bin in "${HOTSPOTS_POSTGRES_BIN:-}" /usr/lib/postgresql/*/bin; do
        [ -x "$bin/initdb" ] && [ -x "$bin/pg_config" ] || continue
        share=$("$bin/pg_config" --sharedir)
        [ -f "$share/extension/postgis.control" ] && [ -f "$share/extension/pg_trgm.control" ] && return 0
    done
    return 1
}

# The newest version of PostgreSQL that this Debian has PostGIS for: 15 on Debian 12.
newest_postgis() {
    { apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null || true; } | cut -d' ' -f1 | sort -V | tail -n 1
}

for need in "$@"; do
    case "$need" in
        database)
            if [ -z "${HOTSPOTS_DATABASE_URL:-}" ] && ! has_postgis; then missing+=(postgis-server); fi ;;
        python)
            python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
            /sbin/ldconfig -p | grep -q 'libgomp\.so\.1' || missing+=(libgomp1) ;;
        browser)
            [ -x "${HOTSPOTS_CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium) ;;
        gdal)
            command -v ogrinfo >/dev/null || missing+=(gdal-bin) ;;
        java)
            command -v java >/dev/null || missing+=(default-jre-headless) ;;
        proxies)
            command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
            command -v caddy >/dev/null || missing+=(caddy) ;;
        *)
            echo "system_packages.sh: unknown need '$need' (database, python, browser, gdal, java, proxies)" >&2; exit 2 ;;
    esac
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
may_install=yes
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
    sudo -n true 2>/dev/null || may_install=no
fi
command -v apt-get >/dev/null || may_install=no

if [ $may_install = yes ]; then
    echo "Looking for missing system packages"
    "${as_root[@]}" apt-get update -qq || true
fi
packages=()
for name in "${missing[@]}"; do
    if [ "$name" = postgis-server ]; then
        postgis=$(newest_postgis)
        postgis=${postgis:-postgresql-15-postgis-3}
        packages+=("${postgis%-postgis-3}" "$postgis")
    else
        packages+=("$name")
    fi
done

if [ $may_install = yes ]; then
    echo "Installing ${packages[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" \
        > /dev/null && exit 0
fi
{
    echo "hotspots needs system packages that are not here and could not be installed by this user: ${packages[*]}"
    echo "  Either let an administrator run:  apt-get install ${packages[*]}"
    case " ${missing[*]} " in *" postgis-server "*)
        echo "  Or, for the database, name a server that has PostGIS:"
        echo "      export HOTSPOTS_DATABASE_URL=postgresql://user:password@host/database" ;;
    esac
} >&2
exit 1
