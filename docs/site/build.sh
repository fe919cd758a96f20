#!/bin/sh
# Builds the documentation site and, as a part of it, the reference.  docs/site/build.sh FOLDER [reference]
# FOLDER/site is the site (any web server can serve it), FOLDER/stage what it was built from. With the word `reference`
# only the reference is built, in FOLDER/reference. Needs doxygen, nodejs (18 or later) and npm: tools/docs.sh installs them.
set -eu
repository=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

rm -rf "$folder/reference"
mkdir -p "$folder/reference"
python3 "$repository/docs/site/reference.py" "$repository" "$folder/reference/headers"
(cd "$repository" && LINNET_REFERENCE="$folder/reference" doxygen docs/Doxyfile)
if [ "${2:-}" = reference ]; then exit 0; fi

stage=$folder/stage
mkdir -p "$stage/.vitepress"
find "$stage" -name '*.md' -not -path '*/node_modules/*' -delete
cp "$repository/docs/site/package.json" "$repository/docs/site/package-lock.json" "$stage"
cp "$repository/docs/site/config.mjs" "$stage/.vitepress/config.mjs"
cd "$stage"
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
node "$repository/docs/site/stage.mjs" "$repository" "$stage"
rm -rf public/reference
cp -R "$folder/reference/html" public/reference
LINNET_SITE="$folder/site" npx --no-install vitepress build
