#!/usr/bin/env bash
# Runs each line of docs/grpcurl.md with the real grpcurl, built at a pinned version from the Go module proxy.
set -eu
cd "$(dirname "$0")/.."
version=v1.9.3
if ! command -v go >/dev/null; then
  echo "NOT RUN: grpcurl $version is built with Go, and there is no Go here (npm test runs the same lines with buf curl)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! GOBIN="$folder" go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$version"; then
  echo "NOT RUN: grpcurl $version could not be had from the Go module proxy"
  exit 0
fi
export PATH="$PWD/node_modules/.bin:$PATH" FRAMESONG_GRPCURL="$folder/grpcurl"
cd apps/e2e
jest src/cookbook.spec.ts
