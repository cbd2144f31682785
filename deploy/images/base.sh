#!/usr/bin/env bash
# Makes the images' base without a registry: a few of Debian's libraries, and a Java runtime linked from this JDK.
# No shell and no package manager are in it.
#
#   base.sh OUT.tar [ARCHITECTURE]    an image archive (as of `docker save`), with OUT.tar.sha256 and OUT.packages beside it
#
# ARCHITECTURE is Debian's name, such as arm64 (default: this machine's).
# Needs mmdebstrap, root or user namespaces, and JAVA_HOME. The same packages and the same JDK give the same bytes.
set -euo pipefail

out=$1
own=$(dpkg --print-architecture)
architecture=${2:-$own}
: "${JAVA_HOME:?the JDK 25 that the runtime is linked from}"
suite=trixie
# glibc, C++ and OpenMP for RocksDB and XGBoost; `sleep` for the chart's preStop
packages=base-files,libc6,libgcc-s1,libstdc++6,libgomp1,zlib1g,coreutils
# what the services and the command line use, and what an operator's jcmd and flight recorder need
modules=java.se,jdk.charsets,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.localedata,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs
export SOURCE_DATE_EPOCH=1767225600 # 2026-01-01, the build's output timestamp
created=2026-01-01T00:00:00Z

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# mmdebstrap's hooks may run as another user
chmod 755 "$work"
layers=$work/image
mkdir -p "$layers" "$work/java/opt" "$(dirname "$out")"

# Where there is no dpkg, scanners read from status.d what is installed.
cat >"$work/list" <<'HOOK'
#!/bin/sh
set -e
mkdir -p "$1/var/lib/dpkg/status.d"
for deb in "$1"/var/cache/apt/archives/*.deb; do
  name=$(dpkg-deb -f "$deb" Package)
  dpkg-deb -f "$deb" >"$1/var/lib/dpkg/status.d/$name"
done
HOOK
chmod 755 "$work/list"
# Packages and what they need; nothing of them is run.
extract() { # FOLDER PACKAGES
  mkdir -p "$1"
  mmdebstrap --quiet --architectures="$architecture" --variant=extract --include="$2" --skip=output/dev \
    --extract-hook="$work/list \"\$1\"" "$suite" "$work/all.tar" >/dev/null
  tar -xf "$work/all.tar" -C "$1" --no-same-owner
}
extract "$work/debian" "$packages"

# jlink makes runtimes for its own processor only; for others there is Debian's, whole.
foreign_java() { # FOLDER
  local package=openjdk-25-jre-headless link
  extract "$work/foreign" "$packages,$package"
  mv "$work/foreign/usr/lib/jvm/java-25-openjdk-$architecture" "$1"
  # its configuration lies elsewhere
  find "$1" -type l -lname '/*' | while IFS= read -r link; do
    cp --remove-destination "$work/foreign$(readlink "$link")" "$link" 2>/dev/null || rm "$link"
  done
  rm "$1/docs"
  # a package makes them when it is set up, and none is
  cp "$JAVA_HOME/lib/security/cacerts" "$1/lib/security/cacerts"
  cp "$work/foreign/var/lib/dpkg/status.d/$package" "$work/debian/var/lib/dpkg/status.d/"
}
# this machine's name and name server, what apt left, and what nobody reads in a container
(
  cd "$work/debian"
  rm -rf dev boot etc/hostname etc/resolv.conf etc/apt etc/fstab var/cache/* var/log/* var/lib/apt \
    usr/share/locale usr/share/man usr/share/info usr/share/doc/*/changelog*
)

if [ "$architecture" = "$own" ]; then
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --generate-cds-archive \
    --output "$work/java/opt/java" >/dev/null
else
  foreign_java "$work/java/opt/java"
fi

pack() { # FOLDER OUT NAME...
  local folder=$1 archive=$2
  shift 2
  tar --sort=name --mtime=@$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner --format=gnu \
    -C "$folder" -cf "$archive" "$@"
}
sum() { sha256sum "$1" | cut -d' ' -f1; }

pack "$work/debian" "$layers/debian.tar" .
pack "$work/java" "$layers/java.tar" opt
debian=$(sum "$layers/debian.tar")
java=$(sum "$layers/java.tar")
version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$work/java/opt/java/release")
cat >"$layers/config.json" <<CONFIG
{"architecture":"$architecture","os":"linux","created":"$created",
 "config":{"Env":["PATH=/opt/java/bin:/usr/bin:/bin","JAVA_HOME=/opt/java","LANG=C.UTF-8"],
  "Labels":{"dev.attune.base.debian":"$debian","dev.attune.base.java":"$java"}},
 "rootfs":{"type":"layers","diff_ids":["sha256:$debian","sha256:$java"]},
 "history":[{"created":"$created","created_by":"mmdebstrap $suite"},{"created":"$created","created_by":"Java $version"}]}
CONFIG
config=$(sum "$layers/config.json").json
mv "$layers/config.json" "$layers/$config"
echo "[{\"Config\":\"$config\",\"RepoTags\":[\"attune-base:$suite\"],\"Layers\":[\"debian.tar\",\"java.tar\"]}]" \
  >"$layers/manifest.json"
pack "$layers" "$out" manifest.json "$config" debian.tar java.tar

awk '/^Package:/ {name=$2} /^Version:/ {print name, $2}' "$work/debian/var/lib/dpkg/status.d/"* | sort \
  >"${out%.tar}.packages"
sum "$out" >"$out.sha256"
