#!/usr/bin/env bash
# Makes a venv with everything that the example needs, at $1 or at .venv beside this file: the pinned packages of
# requirements.txt, and the stubs of the contract as packages of the venv. google.rpc comes with googleapis-common-protos.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-$here/.venv}
protos=$(mktemp -d)
trap 'rm -rf "$protos"' EXIT

python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
(cd "$here/../.." && PATH="$PWD/node_modules/.bin:$PATH" buf export proto --output "$protos")
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cd "$protos"
find framesong -name '*.proto' -print0 | xargs -0 "$venv/bin/python" -m grpc_tools.protoc --proto_path=. \
  --python_out="$packages" --pyi_out="$packages" --grpc_python_out="$packages"
