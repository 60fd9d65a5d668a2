import { MalformedError } from '../base/errors.ts'

/** A package file, and what apt believes that it is. */
export interface AptPackage {
  readonly path: string
  /** `package_version_architecture`. */
  readonly says: string
}

/**
 * The packages that apt is about to install, as it tells a `DPkg::Pre-Install-Pkgs` hook in version 3 of that protocol
 * (apt.conf(5)): its configuration, an empty line, and a line of nine words for each action, of which the last is a file, or
 * `**CONFIGURE**` or `**REMOVE**`.
 * @returns package files, each once
 * @throws MalformedError REQUEST_INVALID for anything else: what it installs would go unseen
 */
export function readAptList(text: string): readonly AptPackage[] {
  if (!text.startsWith('VERSION 3\n'))
    throw invalid(
      `apt does not speak version 3 of its hooks, but ${/^VERSION (.{1,20})/.exec(text)?.[1] ?? 'an older one'}; set DPkg::Tools::Options::/path/of/the/hook::Version "3"`,
    )
  const end = text.indexOf('\n\n')
  if (end === -1) throw invalid('what apt says ends in the middle')
  const packages = new Map<string, AptPackage>()
  for (const line of text.slice(end + 2).split('\n')) {
    if (line === '') continue
    const [, name, version, architecture, path = ''] = LINE.exec(line) ?? []
    if (path.startsWith('/'))
      packages.set(path, { path, says: `${name}_${version}_${architecture}` })
    else if (!OTHERS.includes(path)) throw invalid('apt says something in a form that is not known')
  }
  return [...packages.values()]
}

/** A file name may have blanks: whatever stands behind the eighth word. */
const LINE = /^(\S+) \S+ \S+ \S+ \S+ (\S+) (\S+) \S+ (.+)$/
const OTHERS: readonly string[] = ['**CONFIGURE**', '**REMOVE**']

const invalid = (problem: string): MalformedError =>
  new MalformedError('REQUEST_INVALID', `Nothing is installed: ${problem}.`)
