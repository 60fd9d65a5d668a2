import { signedText } from './signed-text.ts'

const BOB = 'hello/bob/hello_2.10-3_amd64.buildinfo'

export interface DebianChanges {
  readonly source?: string
  readonly version?: string
  readonly date?: string
  readonly architecture?: string
}

/** Bob's real buildinfo of hello, with another source, version or date in its fields and file names. */
export function debianText({
  source = 'hello',
  version = '2.10-3',
  date,
  architecture = 'amd64',
}: DebianChanges): string {
  const text = signedText(BOB)
    .replaceAll('hello', source)
    .replaceAll('2.10-3', version)
    .replaceAll('amd64', architecture)
    .trimEnd()
  return date === undefined ? text : text.replace(/^Build-Date: .*$/m, `Build-Date: ${date}`)
}
