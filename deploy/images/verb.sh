# shellcheck shell=bash
# What ./attune does around images.sh: the verb `images`, and the images that `./attune test` runs. Sourced by ./attune, whose
# functions it uses.

# shellcheck source=deploy/images/registry.sh
. "$root/deploy/images/registry.sh"

run_images() {
  case " $* " in *' -h '* | *' --help '*) exec "$root/deploy/images/images.sh" --help ;; esac
  need_jdk
  find_maven
  case " $* " in
    *' --base='*) ;;
    *) command -v mmdebstrap >/dev/null || debian_install mmdebstrap || true ;;
  esac
  # a stack of this checkout makes the caches, for this machine's processor
  case " ${*/--architecture=$(dpkg --print-architecture 2>/dev/null)/} " in
    *' --no-caches '* | *' --base='* | *' --architecture='*) ;;
    *) build_if_changed ;;
  esac
  lock_build
  trap 'rm -f "$build_lock"' EXIT
  local status=0
  MAVEN=$maven "$root/deploy/images/images.sh" "$@" || status=$?
  rm -f "$build_lock"
  trap - EXIT
  return $status
}

# ImagesIT and ChartIT run them; they are skipped where no container can run, or their base can't be made.
images_to_test() {
  local status=0 first layers
  rm -rf "$root/target/images/"{attune-*,next,arm64}
  if ! { command -v podman && command -v runc && command -v podman-compose; } >/dev/null &&
    ! debian_install podman runc podman-compose; then
    echo "The test of the images is skipped: it needs podman with runc, and podman-compose." >&2
    return
  fi
  run_images --no-caches || status=$?
  case $status in
    0) ;;
    3) echo "The test of the images is skipped: their base can't be made here." >&2; return ;;
    *) exit "$status" ;;
  esac
  if [ "$1" = long ]; then
    first=$(digests_of_images)
    rm "$root/target/images/base.tar"
    run_images --no-caches
    [ "$first" = "$(digests_of_images)" ] || fail "the same sources gave images with other digests."
    layers=$(layers_of_images)
    images_by_registry
    run_images
    [ -z "$(comm -23 <(echo "$layers") <(layers_of_images))" ] || fail "a cache changed more than its own layer."
    # ForeignImagesIT reads them; nothing here runs them
    run_images --architecture=arm64
    # what UpgradeIT upgrades to
    MAVEN=$maven "$root/deploy/images/next.sh" "$root/target/next" "$root/target/images/next" ||
      fail "images of a changed version could not be built."
  fi
}

digests_of_images() {
  cat "$root/target/images/base.tar.sha256"
  digests_of_archives
}

digests_of_archives() {
  local module
  for module in ingest-gateway feature-streams inference-service response-api console cli; do
    cat "$root/target/images/attune-$module.digest"
  done
}

layers_of_images() {
  local archive
  for archive in "$root/target/images/"attune-*.tar; do
    tar -tf "$archive" | grep '\.tar\.gz$'
  done | sort -u
}
