# shellcheck shell=bash
# The verb `test`. Sourced by ./attune, whose functions it uses.

test_usage() {
  cat <<'USAGE'
Usage: ./attune test [fast|full|long]

Runs the tests on JDK 25, with servers of their own on free ports.

  fast   tests in memory only
  full   also those with a real Kafka, schema registry, Redis, and the whole pipeline (default; CI)
  long   also many seeds, soak, fuzzing, and faults put into the code to see whether a test notices (PIT)
USAGE
}

# Whether the SBOMs were made after the last change of a pom.
sboms_are_new() {
  local sbom=$root/cli/target/classes/META-INF/sbom/application.cdx.json
  [ -f "$sbom" ] && [ -z "$(find "$root" -name target -prune -o -name pom.xml -newer "$sbom" -print -quit)" ]
}

need_browser() { [ -x "${ATTUNE_CHROMIUM:-/usr/bin/chromium}" ] || debian_install chromium; }

# The browser SDK's unit tests, its size budget and, in full, its tests in a real browser.
sdk_tests() {
  if ! command -v npm >/dev/null; then
    echo "The browser SDK's tests are skipped: they need Node.js with npm." >&2
    return
  fi
  (
    cd "$root/sdk/js"
    npm ci --no-audit --no-fund --loglevel=error >/dev/null
    npm test --silent
    [ "$1" != fast ] || exit 0
    if need_browser; then
      ATTUNE_CHROMIUM=${ATTUNE_CHROMIUM:-/usr/bin/chromium} npm run --silent test:browser
    else
      echo "The browser tests are skipped: they need Chromium; ATTUNE_CHROMIUM names another." >&2
    fi
  ) || fail "the browser SDK's tests failed."
}

run_tests() {
  local flags=()
  case ${1:-full} in
    -h | --help) test_usage; return 0 ;;
    fast) flags=(-DskipITs) ;;
    full) ;;
    long) flags=(-P mutation -Dattune.test.long=true '-Dtest.longest=60 m' -Dtest.order=random -Dtest.longest.module.seconds=0) ;;
    *) test_usage >&2; exit 2 ;;
  esac
  need_jdk
  find_maven
  if ! command -v redis-server >/dev/null && ! command -v valkey-server >/dev/null; then
    debian_install redis-server || echo "Without an installed Redis the embedded one serves, which is old and unsupported." >&2
  fi
  [ "${1:-full}" = fast ] || command -v promtool >/dev/null || debian_install promtool ||
    echo "Without promtool the tests of the alert rules are skipped." >&2
  [ "${1:-full}" = fast ] || need_locust
  # what every other verb builds first, without tests, has to build as well
  [ "${1:-full}" = fast ] || { build_if_changed; make_caches; }
  [ "${1:-full}" = fast ] || need_zipkin || echo "The test of up --trace is skipped: Zipkin could not be fetched." >&2
  [ "${1:-full}" = fast ] || need_prometheus || echo "The tests of dashboards, alerts and up --metrics are skipped: Prometheus could not be fetched." >&2
  [ "${1:-full}" = fast ] || images_to_test "${1:-full}"
  # before Maven: the pipeline's own test has a browser in it
  [ "${1:-full}" = fast ] || need_browser || true
  # the images' build has just made them
  if sboms_are_new; then flags+=(-Dsbom.skip=true); fi
  local log=$root/target/attune-test.log
  mkdir -p "$root/target"
  local status=0 name
  # whoever has a stack of their own has settings of it in the environment; the tests' stacks have none of those
  for name in "${!ATTUNE_@}"; do
    [ "$name" = ATTUNE_CHROMIUM ] || unset "$name"
  done
  # two modules at a time: their tests wait for servers more than they compute
  "$maven" -B -T 2 -f "$root/pom.xml" verify ${flags[@]+"${flags[@]}"} 2>&1 </dev/null \
    | tee "$log" | grep --line-buffered -a -E \
      'Tests run:|^\[ERROR\]|Building Attune|BUILD|FAIL|Reactor Summary|Total time' \
    || status=$?
  status=${PIPESTATUS[0]:-$status}
  if ! grep -a -q 'BUILD SUCCESS' "$log"; then
    # each failing test once more, with where it stood
    grep -a -A 60 -E '^\[ERROR\] .*<<< (ERROR|FAILURE)!' "$log" >&2 || true
    fail "the tests failed; see $log."
  fi
  sdk_tests "${1:-full}"
}
