#!/usr/bin/env bash
# Builds the images of the services, the console and the command line; called by ./attune images, which has found
# JAVA_HOME and MAVEN.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=$root/target/images
modules=(ingest-gateway feature-streams inference-service response-api console cli)
base=
repository=attune
tag=
push=false

usage() {
  cat <<'USAGE'
Usage: ./attune images [--base=IMAGE] [--repository=NAME] [--tag=TAG] [--push]

Builds the images of the services, the console and the command line, without a
daemon. Each becomes an archive in target/images, for `podman load`.
The same sources and the same base give the same digests.

      --base=IMAGE        An image with Java 25, by its digest
                            (NAME@sha256:...), or an archive (FILE.tar).
                            Default: made of Debian's packages and this JDK,
                            which needs mmdebstrap.
      --repository=NAME   Registry and path (default: attune).
      --tag=TAG           Default: the version.
      --push              Sends them to the registry in place of archives.
  -h, --help              Show this text and exit.
USAGE
}

fail() {
  echo "attune: $1" >&2
  exit "${2:-1}"
}

while [ $# -gt 0 ]; do
  case $1 in
    --base=*) base=${1#*=} ;;
    --repository=*) repository=${1#*=} ;;
    --tag=*) tag=${1#*=} ;;
    --push) push=true ;;
    -h | --help) usage; exit 0 ;;
    *) fail "there is no option '$1'; see ./attune images --help." 2 ;;
  esac
  shift
done

mkdir -p "$out"
case $base in
  '')
    # another JDK or another recipe makes another base; rm it to get Debian's newer packages
    recipe=$(cat "$root/deploy/images/base.sh" "$JAVA_HOME/release" | sha256sum | cut -d' ' -f1)
    if [ ! -f "$out/base.tar" ] || [ "$(cat "$out/base.recipe" 2>/dev/null)" != "$recipe" ]; then
      echo "Making the base of Debian's packages and $(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/Java \1/p' "$JAVA_HOME/release") ..."
      rm -f "$out/base.tar"
      # 3: nothing is wrong with what was to be built
      command -v mmdebstrap >/dev/null ||
        fail "mmdebstrap is missing (apt-get install mmdebstrap); or name a base: --base=NAME@sha256:…" 3
      "$root/deploy/images/base.sh" "$out/base.tar" ||
        fail "the base could not be made; name one: --base=NAME@sha256:…" 3
      echo "$recipe" >"$out/base.recipe"
    fi
    echo "base  sha256:$(cat "$out/base.tar.sha256")  $out/base.tar"
    image=tar://$out/base.tar
    ;;
  *.tar) image=tar://$(realpath "$base") ;;
  *@sha256:*) image=$base ;;
  *) fail "a base is named by its digest (NAME@sha256:…), so that it stays the same, or as FILE.tar." 2 ;;
esac

goal=buildTar
[ "$push" = false ] || goal=build
list=$(IFS=,; echo "${modules[*]}")
log=$root/target/attune-images.log
echo "Building ${#modules[@]} images ..."
# packaged in the same run: only then Jib sees the other modules' jars
"$MAVEN" -B -f "$root/pom.xml" -pl "$list" -am -Dmaven.test.skip=true -Dspotless.check.skip=true \
  package "jib:$goal" -Dimage.base="$image" -Dimage.repository="$repository" ${tag:+-Dimage.tag="$tag"} \
  >"$log" 2>&1 </dev/null || {
  grep -a '^\[ERROR\]' "$log" | head -10 >&2 || true
  fail "the images could not be built; see $log."
}
for module in "${modules[@]}"; do
  digest=$(cat "$root/$module/target/jib-image.digest")
  if [ "$push" = true ]; then
    echo "$repository/attune-$module@$digest"
  else
    mv "$root/$module/target/jib-image.tar" "$out/attune-$module.tar"
    echo "$digest" >"$out/attune-$module.digest"
    echo "$repository/attune-$module  $digest  $out/attune-$module.tar"
  fi
done
