#!/usr/bin/env bash
# Runs the engines of tools/engines that are not written in TypeScript: their own tests, and the conformance suite of music
# engines against them, over gRPC. SongGeneration runs with its stub in place of the model.
# Exit code 0 only when all is as it should be; what cannot run here is told as "NOT RUN: ...".
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" PYTHONDONTWRITEBYTECODE=1
engine=tools/engines/songgeneration
work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 143' INT TERM

fail() {
  echo "FAILED: $1"
  [ $# -eq 1 ] || tail -n 60 "$2"
  exit 1
}

debian_python() { # the grpcio of Debian, with its own compiler
  local packages=(python3-grpcio protobuf-compiler protobuf-compiler-grpc libprotobuf-dev)
  command -v apt-get >/dev/null || return 1
  if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    [ "$(id -u)" -eq 0 ] || return 1
    { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$work/apt" 2>&1 || return 1
  fi
  /usr/bin/python3 -c 'import grpc' 2>/dev/null || return 1
  python=/usr/bin/python3
}

venv_python() { # the pinned packages of PyPI
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || return 1
  python3 -m venv "$work/venv" || return 1
  "$work/venv/bin/pip" install --quiet --requirement "$engine/requirements.txt" >"$work/pip" 2>&1 || {
    # What pip says when no index can be reached; a wrong version is a failure.
    grep -q 'from versions: none' "$work/pip" || fail "$engine/requirements.txt" "$work/pip"
    return 1
  }
  python=$work/venv/bin/python
}

check() { # check NAME, with $python
  local name=$1 begun=$SECONDS
  PYTHON=$python bash "$engine/generate.sh" "$work/$name.stubs" >"$work/$name.generate" 2>&1 ||
    fail "$engine/generate.sh ($name)" "$work/$name.generate"
  (cd "$engine" && PYTHONPATH="$work/$name.stubs:." "$python" -m unittest discover --start-directory tests) \
    >"$work/$name.unit" 2>&1 || fail "the tests of $engine ($name)" "$work/$name.unit"
  "$python" "$engine/serve.py" --stub --stubs "$work/$name.stubs" --address 127.0.0.1:0 >"$work/$name.log" 2>&1 </dev/null &
  server=$!
  until grep -q '^serving' "$work/$name.log"; do
    kill -0 "$server" 2>/dev/null || fail "$engine/serve.py ($name)" "$work/$name.log"
    sleep 0.1
  done
  local port
  port=$(sed -n 's/^listening on port //p' "$work/$name.log")
  (cd apps/music && FRAMESONG_TEST_ENGINE="127.0.0.1:$port" jest src/engines/engines.spec.ts) >"$work/$name.jest" 2>&1 ||
    fail "the conformance suite against $engine ($name)" "$work/$name.jest"
  grep -q 'the engine at 127' "$work/$name.jest" || fail "the suite did not reach $engine" "$work/$name.jest"
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  echo "$engine ($name, $("$python" -c 'import grpc; print("grpcio", grpc.__version__)')): checked in $((SECONDS - begun)) s"
}

if debian_python; then check debian; else echo "NOT RUN: $engine with the python3-grpcio of Debian: it is not here and cannot be had"; fi
if venv_python; then check pypi; else echo "NOT RUN: $engine with the grpcio of PyPI: no python3 >= 3.10 with venv, or PyPI cannot be reached"; fi
