#!/usr/bin/env bash
# Checks the alerting rules of docker/observability and runs their tests with promtool; Debian's package brings it where it
# is missing and may be fetched. Exit code 0 only when all is as it should be; "NOT RUN: ..." where there is no promtool.
set -eu
cd "$(dirname "$0")/../docker/observability"
promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # Fetched and unpacked, and not installed: a Prometheus that runs is of no use here.
  fetch() { cd "$work" && { apt-get download prometheus || { apt-get update && apt-get download prometheus; }; } && dpkg-deb -x prometheus_*.deb .; }
  if ! (fetch) >/dev/null 2>&1; then
    echo 'NOT RUN: there is no promtool here and it could not be fetched'
    exit 0
  fi
  promtool=$work/usr/bin/promtool
fi
"$promtool" check rules engine-alerts.yaml
"$promtool" test rules engine-alerts.test.yaml
