# shellcheck shell=bash
# Sourced by ./attune, whose functions it uses.

# Zipkin's server, in the version that the POM names: only who asks for traces fetches it.
need_zipkin() {
  local folder=$root/local/servers/target/zipkin version log=$root/target/attune-zipkin.log
  version=$(sed -n 's|.*<zipkin.version>\(.*\)</zipkin.version>.*|\1|p' "$root/pom.xml")
  [ -f "$folder/zipkin-server-$version-exec.jar" ] && return
  need_jdk
  find_maven
  echo "Fetching Zipkin $version (130 MB) ..."
  rm -rf "$folder"
  "$maven" -B -f "$root/pom.xml" -pl local/servers -P zipkin generate-resources >"$log" 2>&1 </dev/null
}
