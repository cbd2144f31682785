# shellcheck shell=bash
# Sourced by ./attune, whose functions it uses.

# Prometheus: an installed one, or Debian's, which only who asks for metrics fetches. It is unpacked and not
# installed, for an installed one would also run as a service of the machine. Its page needs the libraries.
need_prometheus() {
  local folder=$root/local/servers/target/prometheus log=$root/target/attune-prometheus.log
  if [ -x "$folder/usr/bin/prometheus" ] || command -v prometheus >/dev/null; then return; fi
  mkdir -p "$root/target"
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || {
    echo "This is no Debian, and no prometheus is installed." >"$log"
    return 1
  }
  echo "Fetching Prometheus (19 MB) ..."
  fetch_prometheus "$folder" >"$log" 2>&1 && return
  as_root apt-get update -q >>"$log" 2>&1 || return
  fetch_prometheus "$folder" >>"$log" 2>&1
}

# Whole or not at all.
fetch_prometheus() {
  local part=$1.part libraries package
  rm -rf "$1" "$part"
  mkdir -p "$part/packages"
  libraries=$(apt-cache depends --recurse --important prometheus | sed -n '/^libjs-[^:]*$/p; /^fonts-[^:]*$/p')
  # shellcheck disable=SC2086
  (cd "$part/packages" && apt-get download -q prometheus $libraries) || return
  for package in "$part"/packages/*.deb; do
    dpkg-deb -x "$package" "$part" || return
  done
  rm -r "$part/packages"
  [ -x "$part/usr/bin/prometheus" ] && mv "$part" "$1"
}
