// Packages with native code bring it for every system there is: 173 MB of 293. Only that of this one is ever loaded.
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Takes the binaries of other systems out of a folder of packages. A folder of binaries is called by its system: linux-x64. */
export function leaveOwnBinaries(modules, { platform, arch } = process) {
  for (const folder of packagesIn(modules)) {
    const prebuilds = path.join(folder, 'prebuilds')
    const systems = entriesOf(prebuilds)
    // a package that has none for this system is left as it is: it may find one by a rule of its own
    if (!systems.some((name) => isFor(name, platform, arch))) continue
    for (const name of systems)
      if (!isFor(name, platform, arch))
        fs.rmSync(path.join(prebuilds, name), { recursive: true, force: true })
  }
}

/** darwin-x64+arm64 is for both. */
function isFor(name, platform, arch) {
  const [system, ...rest] = name.split('-')
  return system === platform && rest.some((part) => part.split('+').includes(arch))
}

function packagesIn(modules) {
  return entriesOf(modules)
    .flatMap((name) => {
      const folder = path.join(modules, name)
      if (name.startsWith('@')) return entriesOf(folder).map((inner) => path.join(folder, inner))
      return [folder]
    })
    .flatMap((folder) => [folder, ...packagesIn(path.join(folder, 'node_modules'))])
}

function entriesOf(folder) {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
