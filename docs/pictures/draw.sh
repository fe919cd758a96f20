#!/bin/sh
# Draws the pictures of the tutorial anew.  docs/pictures/draw.sh PROGRAMS FOLDER
# PROGRAMS is where the programs of the tutorial were built, FOLDER where they run. The curves are pages that the
# programs write, photographed by Chromium.
set -eu
pictures=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"

"$programs/tutorial_data" >/dev/null
"$programs/tutorial_train" >/dev/null
"$programs/overfitting" >/dev/null
cp digits.png mistakes.png weights.png "$pictures"

photograph() {  # PAGE PICTURE HEIGHT
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
    --virtual-time-budget=5000 --window-size=900,"$3" --screenshot="$pictures/$2" "file://$PWD/$1" 2>/dev/null
}
photograph curves.html curves.png 1090
photograph curves.zh.html curves.zh.png 1090
photograph overfitting.html overfitting.png 1125
photograph overfitting.zh.html overfitting.zh.png 1125
