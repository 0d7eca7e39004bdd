#!/usr/bin/env bash
# Makes a synthetic council in Wales with what the other councils lack: two published months, so that there is a trend; reports in English
# and in Welsh; a mobile router on a plan in GB; messages to the clerk, of which the HTML parts go to FOLDER/letters.
# usage: tests/browser/months.sh TITHING FOLDER      (FOLDER must not be there yet; TITHING is the command)
set -euo pipefail
tithing=$(realpath "$1")
folder="$2"
here=$(realpath "$(dirname "$0")")
quiet() { # runs the command; what it said is shown where it ends with another code than the first word says
  local wanted="$1" code=0
  shift
  "$tithing" "$@" >said.txt 2>&1 || code=$?
  [ "$code" = "$wanted" ] || { cat said.txt >&2; echo "tithing $1 ended with $code, not $wanted" >&2; exit 1; }
}
"$tithing" generate --out "$folder" --seed 5 --councils 1 --start 2026-02-01 --days 59 >/dev/null 2>&1
cd "$folder"
bundle='kind = "bundle", price_pence = 2500, billing_day = 15, bundle_gb = 300, overage_pence_per_gb = 50, vat = "included" },'
sed -i -e '1i languages = ["en-GB", "cy"]\nclerk_email = "clerk@example.org"' \
  -e 's/^nation = .*/nation = "wales"/' \
  -e 's/{ id = "office", kind = "[a-z]*"/{ id = "office", kind = "router"/' \
  -e "s/{ link = \"office\", \(from = \"[0-9-]*\"\), kind = .*/{ link = \"office\", \1, $bundle/" authorities/*/authority.toml
cat >>tithing.toml <<'TOML'
[delivery]
from = "Network reports <reports@example.org>"
folder = "outbox"
TOML

# Files of the inbox are past their time by then: 2 says so.
quiet 2 nightly --now 2026-04-01T09:00:00Z
quiet 0 report --month 2026-02
quiet 0 report --month 2026-03
node "$here/letters.mjs" letters outbox/*-2026-03*.eml
rm said.txt
