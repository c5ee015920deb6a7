#!/usr/bin/env bash
# Builds the image of each service without a Docker engine (buildah, chroot isolation), runs all three as containers in a
# network of their own, and makes a first frame and a song across them. See docker/README.md for what this proves.
# Needs Linux and root with apt; where that is not given, says "NOT RUN, because ..." and ends with 0. A fault of the
# images ends it with 1. Kept for the next run, below FRAMESONG_IMAGE_CACHE (/var/cache/framesong-images): the stand-in
# base and the npm cache of the builds.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${FRAMESONG_IMAGE_CACHE:-/var/cache/framesong-images}
apps=(compression image-generation music)

not_run() {
  echo "check-images: NOT RUN, because $1"
  exit 0
}
say() { echo "check-images: $1 (${SECONDS} s)"; }

[ "$(uname -s)" = Linux ] || not_run 'images are built on Linux only'
[ "$(id -u)" = 0 ] || not_run 'building images without a Docker engine needs root'
command -v npm >/dev/null || not_run 'the stand-in for the base image takes npm from this machine, and it has none'

missing=()
for tool in buildah debootstrap ip:iproute2 unshare:util-linux ps:procps; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || not_run "there is no apt-get to install ${missing[*]} with"
  say "installing ${missing[*]}"
  { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 ||
    not_run "apt-get cannot install ${missing[*]}"
fi

node tools/bootstrap.mjs
npm_folder=$(dirname "$(dirname "$(realpath "$(command -v npm)")")")
[ -f "$npm_folder/bin/npm-cli.js" ] || not_run "npm on this machine is not what the stand-in can copy: $npm_folder"
export PATH="$PWD/node_modules/.bin:$PATH"
work=$(mktemp -d /var/tmp/framesong-images-XXXXXX)
chmod 755 "$work"
build() { buildah --root "$work/storage" --runroot "$work/run" "$@"; }
cleanup() {
  build rm --all >/dev/null 2>&1 || true
  # What is still mounted is never deleted through.
  awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount -l || true
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# The image registry cannot be counted on here, so a stand-in takes the place of node:24-bookworm-slim.
node_version=$(node -p process.versions.node)
base="$cache/base-node-$node_version-$(uname -m).tar"
if [ ! -f "$base" ]; then
  say 'making the stand-in for the base image: Debian by debootstrap, Node and npm of this checkout'
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 == "bookworm" { print $2; exit }')
  mkdir -p "$cache/packages"
  # Without a mirror in apt's own settings debootstrap takes its default.
  debootstrap --variant=minbase --cache-dir="$cache/packages" bookworm "$work/base" ${mirror:+"$mirror"} \
    >"$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log"; not_run 'debootstrap cannot make a Debian 12'; }
  rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/* "$work"/base/usr/share/{doc,man,locale}
  chroot "$work/base" useradd --uid 1000 --user-group --create-home --shell /bin/bash node
  install -D "$(realpath node_modules/.bin/node)" "$work/base/usr/local/bin/node"
  mkdir -p "$work/base/usr/local/lib/node_modules"
  cp -a "$npm_folder" "$work/base/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/base/usr/local/bin/npm"
  tar -C "$work/base" -cf "$base.part" . && mv "$base.part" "$base"
  rm -rf --one-file-system "$work/base"
fi
say 'loading the stand-in'
container=$(build from scratch) || not_run 'buildah cannot make a container on this machine'
build add --quiet "$container" "$base" / >/dev/null
# How this machine reaches the npm registry is needed for the build only, and belongs to the stand-in alone.
echo "registry=$(npm config get registry 2>/dev/null)" >"$work/npmrc"
build copy --quiet "$container" "$work/npmrc" /usr/local/etc/npmrc >/dev/null
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
  build copy --quiet "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
  build config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
fi
build config --cmd node "$container"
build commit --quiet "$container" framesong-stand-in-base >/dev/null
build run --isolation chroot "$container" -- node --version >/dev/null ||
  not_run 'containers with chroot isolation do not run on this machine'
build rm "$container" >/dev/null
say "base ready. STAND-IN, NOT THE REAL node:24-bookworm-slim: Debian 12 minbase, Node $node_version, npm $(npm --version 2>/dev/null)"

mkdir -p "$cache/npm"
for app in "${apps[@]}"; do
  if ! build build --isolation chroot --format docker --layers --quiet \
    --file docker/service.Dockerfile --ignorefile docker/service.Dockerfile.dockerignore \
    --build-arg NODE_IMAGE=localhost/framesong-stand-in-base --build-arg "APP=$app" \
    --volume "$cache/npm:/root/.npm" --tag "framesong-$app" . >"$work/build.log" 2>&1; then
    tail -n 60 "$work/build.log"
    echo "check-images: FAILED, the image of $app cannot be built"
    exit 1
  fi
  say "image of $app built"
done

# A network of its own, with nothing but a loopback interface: the containers run without any other network, and may
# listen on 0.0.0.0 as they do under compose.
unshare --net --mount -- bash -c 'ip link set lo up && exec node docker/check-containers.mjs "$1"' check-containers "$work"
say 'passed'
