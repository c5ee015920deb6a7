#!/usr/bin/env bash
# Stands in for grpcurl: the few options that docs/grpcurl.md uses, carried out by buf curl.
set -euo pipefail
arguments=(--protocol grpc --http2-prior-knowledge)
while [[ $1 == -* ]]; do
  case $1 in
    -plaintext) shift ;;
    -d) [[ $2 == @ ]] && arguments+=(-d @-) || arguments+=(-d "$2"); shift 2 ;;
    -H) arguments+=(-H "$2"); shift 2 ;;
    *) echo "grpcurl-by-buf: unknown option $1" >&2; exit 64 ;;
  esac
done
if [[ $2 == list ]]; then exec buf curl "${arguments[@]}" "http://$1" --list-services; fi
[[ " ${arguments[*]} " == *' -d '* ]] || arguments+=(-d '{}')
exec buf curl "${arguments[@]}" "http://$1/$2"
