import { MalformedError } from '../errors.ts'

/**
 * The packages that apt is about to install, as it tells a `DPkg::Pre-Install-Pkgs` hook (apt.conf(5)): in version 3 its
 * configuration, an empty line, and a line of nine words for each action, of which the last is a file, or `**CONFIGURE**`
 * or `**REMOVE**`; in version 1 files alone.
 * @returns paths of package files, each once
 * @throws MalformedError REQUEST_INVALID for a version that is not known: what it installs would go unseen
 */
export function readAptList(text: string): readonly string[] {
  const version = /^VERSION (.*)/.exec(text)?.[1]
  if (version !== undefined && !/^[23]$/.test(version))
    throw new MalformedError(
      'REQUEST_INVALID',
      `apt speaks version ${version.slice(0, 20)} of its hooks, and this program versions 1 to 3; set DPkg::Tools::Options::…::Version to "3".`,
    )
  const isPlain = !/^VERSION [23]\n/.test(text)
  const actions = isPlain ? text : text.slice(text.indexOf('\n\n') + 2)
  const files = actions.split('\n').map((line) => (isPlain ? line : fileIn(line)))
  return [...new Set(files.filter((file) => file.startsWith('/')))]
}

/** A file name may have blanks: whatever stands behind the eighth word. */
function fileIn(line: string): string {
  return /^(?:\S+ ){8}(.+)$/.exec(line)?.[1] ?? /^(?:\S+ ){4}(\/.+)$/.exec(line)?.[1] ?? ''
}
