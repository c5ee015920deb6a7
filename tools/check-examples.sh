#!/usr/bin/env bash
# Runs the examples of a calling service against services of its own, and looks at what they wrote. Each runs three times:
# with a connection that breaks in the middle, once more, and with a request that is refused.
# Exit code 0 only when all is as it should be; an example that cannot run here is told as "NOT RUN: ...".
set -eu
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH" PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
started=()
stop() {
  for pid in "${started[@]+"${started[@]}"}"; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 143' INT TERM

fail() {
  echo "FAILED: $1"
  [ $# -eq 1 ] || tail -n 40 "$2"
  exit 1
}

start() { # start LOG LINE COMMAND...: in the background, until LOG holds LINE
  local log=$1 line=$2 pid
  shift 2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
  until grep -q "$line" "$log"; do
    kill -0 "$pid" 2>/dev/null || fail "$*" "$log"
    sleep 0.1
  done
}

look() { # look FOLDER FILES...: each is there, and the pictures decode to their last pixel
  local folder=$1
  shift
  (cd "$folder" && printf '%s\n' * | diff - <(printf '%s\n' "$@")) || fail "the files in $folder"
  node --input-type=module - "$folder"/*.png <<'JS' || fail "the pictures in $folder"
    import sharp from 'sharp';
    for (const file of process.argv.slice(2)) {
      const { info } = await sharp(file, { failOn: 'error' }).raw().toBuffer({ resolveWithObject: true });
      if (info.width !== 1280 || info.height !== 720) throw new Error(`${file} is ${info.width}x${info.height}`);
    }
JS
}

check() { # check NAME "FILES" COMMAND...
  local name=$1 log="$work/$1" begun=$SECONDS files
  read -ra files <<<"$2"
  shift 2
  local run=("$@" "$FRAMESONG_DATA_DIR/samples" "$work/$name.files")
  start "$log.wire" '^127' node tools/cut-connection.mjs "$FRAMESONG_IMAGE_ADDRESS" 'is ready'
  FRAMESONG_IMAGE_ADDRESS=$(head -n 1 "$log.wire") "${run[@]}" >"$log.first" 2>&1 || fail "$name" "$log.first"
  grep -q '^cut$' "$log.wire" || fail "$name: its connection was never cut" "$log.first"
  grep -q 'connection lost' "$log.first" || fail "$name: no word of the lost connection" "$log.first"
  look "$work/$name.files" "${files[@]}"

  "${run[@]}" >"$log.second" 2>&1 || fail "$name, once more" "$log.second"
  diff <(grep -o ': job .*' "$log.first" | sort) <(grep -o ': job .*' "$log.second" | sort) || fail "$name: other jobs"

  if "${run[@]}" 10x720 >"$log.refused" 2>&1; then fail "$name: 10x720 was not refused" "$log.refused"; fi
  grep -qx '  request.size.width: must be 64 to 4096 pixels, is 10' "$log.refused" || fail "$name" "$log.refused"
  echo "$name: checked in $((SECONDS - begun)) s; it wrote ${files[*]}"
}

set_up_python() { # 0: done; else why it cannot run here is in $missing
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
    { missing='no python3 >= 3.10 with venv' && return 1; }
  bash examples/python-caller/setup.sh "$work/venv" >"$work/setup" 2>&1 && return 0
  # What pip says when no index can be reached; a wrong version or a broken stub is a failure.
  grep -q 'from versions: none' "$work/setup" || fail 'examples/python-caller/setup.sh' "$work/setup"
  missing='PyPI cannot be reached'
  return 1
}

tsc --build examples/typescript-caller || fail 'the types of examples/typescript-caller'
NX_DAEMON=false eslint examples || fail 'the lint of examples'

ports=$(node -e '
  const servers = [1, 2, 3].map(() => require("node:net").createServer().listen(0, "127.0.0.1"));
  setImmediate(() => { for (const s of servers) console.log(s.address().port), s.close(); });')
# shellcheck disable=SC2086
set -- $ports
export FRAMESONG_COMPRESSION_ADDRESS="127.0.0.1:$1" FRAMESONG_IMAGE_ADDRESS="127.0.0.1:$2"
export FRAMESONG_MUSIC_ADDRESS="127.0.0.1:$3" FRAMESONG_DATA_DIR="$work/data"
start "$work/stack" '^serving until Ctrl-C' node tools/stack/src/main.ts

check typescript-caller 'shot-1.png shot-2.png' node examples/typescript-caller/src/main.ts
if set_up_python; then
  check python-caller 'shot-1.png shot-2.png song.lrc song.mp3' "$work/venv/bin/python" examples/python-caller/storyboard.py
  grep -q 'Rain on the empty road' "$work/python-caller.files/song.lrc" || fail 'the lyrics of the song'
else
  echo "NOT RUN: examples/python-caller: $missing"
fi
