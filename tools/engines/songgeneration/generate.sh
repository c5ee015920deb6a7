#!/usr/bin/env bash
# Makes the Python stubs of the engine protocol and of grpc.health.v1 in the folder $1, default `generated` beside this file.
# With the python3 of the path: by grpcio-tools where it has them, else by protoc and grpc_python_plugin (Debian:
# protobuf-compiler, protobuf-compiler-grpc). $PYTHON names another python.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/generated}
python=${PYTHON:-python3}
protos=$(mktemp -d)
trap 'rm -rf "$protos"' EXIT

root=$(cd "$here/../../.." && pwd)
(cd "$root" && PATH="$root/node_modules/.bin:$PATH" && buf export proto --output "$protos" && buf export node_modules/grpc-health-check/proto --output "$protos")
mkdir -p "$out"
files=(framesong/engine/v1/music_engine.proto health/v1/health.proto)
cd "$protos"
if "$python" -c 'import grpc_tools' 2>/dev/null; then
  "$python" -m grpc_tools.protoc --proto_path=. --python_out="$out" --grpc_python_out="$out" "${files[@]}"
else
  protoc --proto_path=. --python_out="$out" --grpc_python_out="$out" \
    --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" "${files[@]}"
fi
