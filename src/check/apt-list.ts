import { MalformedError } from '../errors.ts'

/** A package file, and what apt believes that it is. */
export interface AptPackage {
  readonly path: string
  /** `package_version_` and, in version 3, the architecture; `undefined` in version 1. */
  readonly says: string | undefined
}

/**
 * The packages that apt is about to install, as it tells a `DPkg::Pre-Install-Pkgs` hook (apt.conf(5)): in version 3 its
 * configuration, an empty line, and a line of nine words for each action, of which the last is a file, or `**CONFIGURE**`
 * or `**REMOVE**`; in version 1 files alone.
 * @returns package files, each once
 * @throws MalformedError REQUEST_INVALID for a version that is not known: what it installs would go unseen
 */
export function readAptList(text: string): readonly AptPackage[] {
  const version = /^VERSION (.*)/.exec(text)?.[1]
  if (version !== undefined && !/^[23]$/.test(version))
    throw new MalformedError(
      'REQUEST_INVALID',
      `apt speaks version ${version.slice(0, 20)} of its hooks, and this program versions 1 to 3; set DPkg::Tools::Options::…::Version to "3".`,
    )
  const isPlain = !/^VERSION [23]\n/.test(text)
  const actions = isPlain ? text : text.slice(text.indexOf('\n\n') + 2)
  const packages = new Map<string, AptPackage>()
  for (const line of actions.split('\n')) {
    const one = isPlain ? { path: line, says: undefined } : packageIn(line)
    if (one?.path.startsWith('/') === true) packages.set(one.path, one)
  }
  return [...packages.values()]
}

/** A file name may have blanks: whatever stands behind the eighth word, or the fourth in version 2. */
function packageIn(line: string): AptPackage | undefined {
  const [, name, version, architecture, path] =
    /^(\S+) \S+ \S+ \S+ \S+ (\S+) (\S+) \S+ (.+)$/.exec(line) ?? []
  if (path !== undefined) return { path, says: `${name}_${version}_${architecture}` }
  const [, older, newVersion, file] = /^(\S+) \S+ \S+ (\S+) (\/.+)$/.exec(line) ?? []
  return file === undefined ? undefined : { path: file, says: `${older}_${newVersion}_` }
}
