#!/usr/bin/env bash
# Makes a synthetic council of which every document exists: a schedule with a page for its holder, annex and evidence sheet,
# security notices, a case with its notice, and packs of the two people whom these are about.
# usage: tests/browser/council.sh TITHING FOLDER      (FOLDER must not be there yet; TITHING is the command)
set -euo pipefail
tithing=$(realpath "$1")
folder="$2"
quiet() { # runs the command; what it said is shown where it ends with another code than the first word says
  local wanted="$1" code=0
  shift
  "$tithing" "$@" >said.txt 2>&1 || code=$?
  [ "$code" = "$wanted" ] || { cat said.txt >&2; echo "tithing $1 ended with $code, not $wanted" >&2; exit 1; }
}
"$tithing" generate --out "$folder" --seed 3 --councils 1 --people 14 --start 2026-03-01 --days 31 \
  --flows-per-day 8000 --lookups-per-day 2000 >/dev/null 2>&1
cd "$folder"
council=$(echo authorities/*)
assessment="$council/assessment.toml"

# What the assessment must list, and a member as chair: cases are reviewed by somebody of whom none can be.
sed -i -e 's/^outputs = .*/outputs = ["summary", "schedule", "device-volumes", "security", "exceptions"]/' \
  -e 's/^purposes = .*/purposes = ["policy", "operations", "cost", "security"]/' \
  -e 's/^mode = /hr_adviser = "H-01"\nmode = /' "$assessment"
cat >>"$assessment" <<'TOML'

[[recipients]]
role = "clerk"
document = "security"

[[recipients]]
role = "chair"
document = "case"

[[exceptions]]
id = "video-core"
category = "video"
time_class = "core"
megabytes = 500
days = 3
window = 10
purpose = "policy"
not_blocked_because = "The council shows its meetings there."
TOML
sed -i -E 's/^P-014,employee,([^,]*),,([^,]*),,[^,]*,$/P-014,councillor,\1,,\2,,,chair/' "$council/people.csv"

# A site of the generator stands on a threat list.
echo shop.example >bad.txt
sed -i '1i threats = [{ path = "bad.txt", kind = "plain", licence = "CC0, somebody" }]' tithing.toml

# Files of the inbox are past their time by then: 2 says so.
quiet 2 nightly --now 2026-04-01T09:00:00Z
quiet 0 report --month 2026-03
quiet 0 notice
quiet 0 case open --rule video-core --month 2026-03
quiet 0 case unlock --case 1 --role chair --by P-014 --reason "Members asked why the line is full on weekday mornings."
quiet 0 case unlock --case 1 --role hr-adviser --by H-01 --reason "The rule was told to everybody, and blocking was tried first."
quiet 0 case disclose --case 1
documents=$(echo reports/*/cases/1)
[ -f "$documents/notice.html" ] || { echo "nobody met the rule: choose another seed" >&2; exit 1; }

holder() { awk -F, -v asset="$1" '$1 == asset { print $3; exit }' "$council/register.csv"; }
quiet 0 subject export --person "$(holder "$(grep -o 'A-[0-9]*' "$documents/case.json" | head -1)")" --out packs/case
quiet 0 subject export --person "$(holder A-901)" --out packs/holder
rm said.txt
