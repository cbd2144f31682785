# shellcheck shell=bash
# The images by way of a registry of images, which runs here for as long: what --push sends has the archives' digests and runs, and is
# the base of others by its digest. A part of ./attune test long; sourced by verb.sh.

# After run_images --no-caches; leaves archives that were built on another base.
images_by_registry() (
  folder=$root/target/registry
  command -v docker-registry >/dev/null || debian_install docker-registry || {
    echo "The test of pushed images is skipped: it needs Debian's docker-registry." >&2
    return
  }
  rm -rf "$folder"
  mkdir -p "$folder"
  cat >"$folder/config.yml" <<CONFIG
version: 0.1
log: {accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $folder/storage}}
http: {addr: "127.0.0.1:0"}
CONFIG
  docker-registry serve "$folder/config.yml" >"$folder/log" 2>&1 &
  # shellcheck disable=SC2064
  trap "kill $!" EXIT
  until address=$(grep -aom1 'listening on 127[^",]*' "$folder/log"); do
    kill -0 $! 2>/dev/null || fail "the registry of images did not start; see $folder/log."
    sleep 0.1
  done
  repository=${address##* }/shop

  pushed=$(run_images --no-caches --push --repository="$repository" --tag=tried | tee /dev/stderr | grep "^$repository/")
  [ "$(sed 's/.*@//' <<<"$pushed")" = "$(digests_of_archives)" ] || fail "pushed images have other digests than the archives."
  image=$(grep /attune-cli@ <<<"$pushed")
  runs "$folder" "$image"

  (run_images --base="$image")
  runs "$folder" "docker-archive:$root/target/images/attune-cli.tar"
  rm -rf "$folder"
)

# The command line of an image says what it is, with no file system to write to and no network.
runs() { # FOLDER IMAGE
  local id podman=(podman --runtime=runc --cgroup-manager=cgroupfs --root="$1/podman" --runroot="$1/run")
  id=$("${podman[@]}" pull --quiet --tls-verify=false "$2")
  "${podman[@]}" run --rm --network=none --read-only "$id" --help | head -1
  "${podman[@]}" rmi "$id" >/dev/null
}
