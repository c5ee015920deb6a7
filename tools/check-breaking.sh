#!/usr/bin/env bash
# The contract may not break what the last release promised. Until there is a release tag it says so and passes.
set -eu
cd "$(dirname "$0")/.."
tag=$(git tag --list 'v*' --sort=-version:refname | head -n 1)
if [ -z "$tag" ]; then
  echo 'no release tag yet: there is nothing that the contract could break'
  exit 0
fi
PATH="$PWD/node_modules/.bin:$PATH" buf breaking proto --against ".git#tag=$tag,subdir=proto"
