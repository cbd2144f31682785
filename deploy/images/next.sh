#!/usr/bin/env bash
# Builds the four services' images of a version that does not exist: this checkout with one field more in two schemas and the next version of
# the users' rows. `./attune test long` upgrades to it.
#
#   next.sh COPY OUT    the sources are copied to COPY, the archives are moved to OUT
#
# Needs MAVEN and JAVA_HOME, and the images' base that images.sh made.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
copy=$1
out=$2

# Replaces in a file what has to be there.
change() { # FILE TEXT REPLACEMENT
  grep -qF -- "$2" "$copy/$1" || {
    echo "attune: '$2' is not in $1 any more; see deploy/images/next.sh." >&2
    exit 1
  }
  local text
  text=$(<"$copy/$1")
  printf '%s\n' "${text/"$2"/"$3"}" >"$copy/$1"
}

rm -rf "$copy" "$out"
mkdir -p "$copy" "$out"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy" --)

for schema in Decision InteractionEvent; do
  change "schemas/src/main/avro/$schema.avsc" '"fields": [' \
    '"fields": [ {"name": "nextVersion", "type": ["null", "string"], "default": null},'
done
change core/src/main/java/dev/attune/core/user/RowFormat.java 'NOW(6);' 'BEFORE(6), NOW(7);'
change core/src/main/java/dev/attune/core/user/RowFormat.java 'this == NOW;' 'this == BEFORE || this == NOW;'
# only what is upgraded
change deploy/images/images.sh ' console)' ')'
change deploy/images/images.sh '" cli)' '")'

"$copy/deploy/images/images.sh" --base="$root/target/images/base.tar" --no-caches --tag=next
mv "$copy/target/images/"attune-*.tar "$out"
rm -rf "$copy"
