#!/bin/sh
# Installs what the documentation needs, and builds the site and the reference:  tools/docs.sh [FOLDER]
set -eu
cd "$(dirname "$0")/.."
. tools/packages.sh

install_packages $doc_packages
folder=${1:-build/docs}
docs/site/build.sh "$folder"
echo "Look at it with:  python3 -m http.server -d $folder/site    and a browser at http://localhost:8000"
