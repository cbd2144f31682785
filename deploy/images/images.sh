#!/usr/bin/env bash
# Builds the images of the services, the console and the command line; called by ./attune images, which has found
# JAVA_HOME and MAVEN.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=$root/target/images
services=(ingest-gateway feature-streams inference-service response-api console)
modules=("${services[@]}" cli)
caches=true
architecture=
base=
repository=attune
tag=
push=false

usage() {
  cat <<'USAGE'
Usage: ./attune images [--architecture=NAME] [--base=IMAGE] [--repository=NAME]
                       [--tag=TAG] [--no-caches] [--push]

Builds the images of the services, the console and the command line, without a
daemon. Each becomes an archive in target/images, for `podman load`.
The same sources and the same base give the same digests, all layers but the
caches'. With a cache a service starts in about half the time. They are made on
the default base only, by a stack that runs for a minute.

      --architecture=NAME The processor's: amd64 or arm64 (default: this
                            machine's). Archives for another one go to
                            target/images/NAME, and have no caches.
      --base=IMAGE        An image with Java 25, by its digest
                            (NAME@sha256:...), or an archive (FILE.tar).
                            Default: made of Debian's packages and this JDK,
                            which needs mmdebstrap.
      --repository=NAME   Registry and path (default: attune).
      --tag=TAG           Default: the version.
      --no-caches         Makes no ahead-of-time caches: some minutes less.
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
    --architecture=*) architecture=${1#*=} ;;
    --base=*) base=${1#*=} ;;
    --repository=*) repository=${1#*=} ;;
    --tag=*) tag=${1#*=} ;;
    --no-caches) caches=false ;;
    --push) push=true ;;
    -h | --help) usage; exit 0 ;;
    *) fail "there is no option '$1'; see ./attune images --help." 2 ;;
  esac
  shift
done

platform=()
case $architecture in
  '' | "$(dpkg --print-architecture 2>/dev/null)") architecture= ;;
  # a cache belongs to the processor that it was made on
  amd64 | arm64) out+=/$architecture caches=false platform=(-Djib.from.platforms="linux/$architecture") ;;
  *) fail "there are images for amd64 and arm64, not for '$architecture'." 2 ;;
esac
mkdir -p "$out"
case $base in
  '')
    # another JDK or another recipe makes another base; rm it to get Debian's newer packages
    recipe=$(cat "$root/deploy/images/base.sh" "$JAVA_HOME/release" | sha256sum | cut -d' ' -f1)
    if [ ! -f "$out/base.tar" ] || [ "$(cat "$out/base.recipe" 2>/dev/null)" != "$recipe" ]; then
      echo "Making the base of Debian's packages${architecture:+ for $architecture} and $(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/Java \1/p' "$JAVA_HOME/release") ..."
      rm -f "$out/base.tar"
      # 3: nothing is wrong with what was to be built
      command -v mmdebstrap >/dev/null ||
        fail "mmdebstrap is missing (apt-get install mmdebstrap); or name a base: --base=NAME@sha256:…" 3
      "$root/deploy/images/base.sh" "$out/base.tar" $architecture ||
        fail "the base could not be made; name one: --base=NAME@sha256:…" 3
      echo "$recipe" >"$out/base.recipe"
    fi
    echo "base  sha256:$(cat "$out/base.tar.sha256")  $out/base.tar"
    image=tar://$out/base.tar
    ;;
  *.tar)
    [ -f "$base" ] || fail "there is no archive '$base'." 2
    image=tar://$(realpath "$base") caches=false
    ;;
  *)
    [[ $base =~ ^[^@]+@sha256:[0-9a-f]{64}$ ]] ||
      fail "a base is named by its digest (NAME@sha256:…), so that it stays the same, or as FILE.tar." 2
    image=$base caches=false
    ;;
esac

# A registry of this machine alone seldom has TLS. With an image from one, and to another, TLS stays.
insecure=()
registry=$base
[ "$push" = false ] || registry=$repository
case $registry in
  localhost[:/]* | 127.0.0.1[:/]*) insecure=(-Djib.allowInsecureRegistries=true) ;;
esac

log=$root/target/attune-images.log
: >"$log"

# Packaged in the same run: only then Jib sees the other modules' jars.
build() { # GOAL MODULES [OPTION...]
  local goal=$1 list=$2
  shift 2
  # three at a time on two processors: with two, the last module, the command line, works longer alone
  "$MAVEN" -B -T 1.5C -f "$root/pom.xml" -pl "$list" -am -Dmaven.test.skip=true -Dspotless.check.skip=true \
    -Dspring-boot.repackage.skip=true \
    package "jib:$goal" -Dimage.base="$image" -Dimage.repository="$repository" ${tag:+-Dimage.tag="$tag"} \
    ${platform[@]+"${platform[@]}"} ${insecure[@]+"${insecure[@]}"} "$@" \
    >>"$log" 2>&1 </dev/null || {
    grep -a '^\[ERROR\]' "$log" | head -10 >&2 || true
    fail "the images could not be built; see $log."
  }
}

comma_separated() { local IFS=,; echo "$*"; }

# The jars name it: caches that were made of others would not be taken.
commit() { git -C "$root" rev-parse HEAD 2>/dev/null || true; }

# The JVM of the base, and what is in /app of each service's image, with the times that the files have there.
unpack() {
  rm -rf "$unpacked"
  mkdir -p "$unpacked"
  tar -xOf "$out/base.tar" java.tar | tar -x -C "$unpacked" --strip-components=1 opt/java
  local service layer
  for service in "${services[@]}"; do
    local archive=$root/$service/target/jib-image.tar folder=$unpacked/attune-$service
    mkdir "$folder"
    tar -xf "$archive" -C "$folder" config.json
    for layer in $(tar -tf "$archive" | grep '\.tar\.gz$'); do
      # the base's layers have no such folder
      [ "$(tar -xOf "$archive" "$layer" | tar -tz --warning=no-unknown-keyword | grep -c '^app/')" = 0 ] ||
        tar -xOf "$archive" "$layer" | tar -xz --warning=no-unknown-keyword -C "$folder" app
    done
  done
}

last=buildTar
[ "$push" = false ] || last=build
unpacked=$out/unpacked
echo "Building ${#modules[@]} images ..."
if [ "$caches" = true ]; then
  began_at=$(commit)
  build buildTar "$(comma_separated "${modules[@]}")"
  unpack
  "$root/attune" caches --images="$unpacked"
  [ "$(commit)" = "$began_at" ] || fail "there was a commit meanwhile, which the jars name: build them again."
  build "$last" "$(comma_separated "${services[@]}")" -Pimage-caches
  rm -rf "$unpacked"
  [ "$push" = false ] || build "$last" cli
else
  build "$last" "$(comma_separated "${modules[@]}")"
fi
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
