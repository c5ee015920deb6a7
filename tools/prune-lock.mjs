// Cuts the root package-lock.json down to what one manifest needs, so that `npm ci` beside that manifest installs exactly
// the versions that the repository was tested with. Optional packages of all platforms stay in: npm picks at install time.

/** Fields that npm sets by the place of a package in a tree; in another tree they would be wrong. */
const FLAGS = ['dev', 'devOptional', 'optional', 'peer', 'extraneous'];

/**
 * @param manifest name, and dependencies with exact versions
 * @param lockedPackages `packages` of a package-lock.json of version 3
 * @returns a package-lock.json for the manifest, as an object
 */
export function pruneLock(manifest, lockedPackages) {
  const required = reachable(manifest, lockedPackages, { withOptional: false });
  const all = reachable(manifest, lockedPackages, { withOptional: true });
  const packages = { '': { name: manifest.name, dependencies: manifest.dependencies } };
  for (const place of [...all].sort()) {
    const entry = Object.fromEntries(Object.entries(lockedPackages[place]).filter(([key]) => !FLAGS.includes(key)));
    packages[place] = required.has(place) ? entry : { ...entry, optional: true };
  }
  return { name: manifest.name, lockfileVersion: 3, requires: true, packages };
}

function reachable(manifest, lockedPackages, { withOptional }) {
  const found = new Set();
  const open = Object.keys(manifest.dependencies).map((name) => ({ name, from: '', needed: true }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { name, from, needed } = next;
    const place = placeOf(name, from, lockedPackages);
    if (!place) {
      if (needed)
        throw new Error(`package-lock.json has no ${name}, which ${from || manifest.name} needs: run npm install`);
      continue;
    }
    if (found.has(place)) continue;
    found.add(place);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = lockedPackages[place];
    const add = (names, isNeeded) => open.push(...names.map((each) => ({ name: each, from: place, needed: isNeeded })));
    add(
      Object.keys(dependencies).filter((each) => !(each in optionalDependencies)),
      true,
    );
    add(
      Object.keys(peerDependencies).filter((each) => !peerDependenciesMeta[each]?.optional),
      true,
    );
    if (withOptional) add(Object.keys(optionalDependencies), false);
  }
  return found;
}

/** Where Node finds a package from another one: in its own node_modules, or in those of the folders around it. */
function placeOf(name, from, lockedPackages) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder && `${folder}/`}node_modules/${name}`;
    if (lockedPackages[place]) return place;
    if (folder === '') return undefined;
  }
}
