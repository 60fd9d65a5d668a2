import { qualifiedName } from '../../certification/artifacts/artifact.ts'
import { isDivided } from '../../certification/agreement/judge.ts'
import { counted } from '../../base/counted.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import type { Agreement, AgreementGroup, ArtifactAgreement } from '../../contract/agreement.ts'
import { printable } from '../terminal/printable.ts'
import { shortHex, shortened } from '../terminal/table.ts'

/** What a terminal has, if it is a small one. */
const COLUMNS = 80
const INDENTATION = '    '

/** An agreement for people: each artifact, below it each checksum, below that each rebuilder. */
export function agreementText(found: Agreement): string {
  const blocks = found.artifacts.map((artifact) => artifactText(artifact).join(''))
  const contradictions = found.artifacts
    .filter(isDivided)
    .map(
      (artifact) =>
        `Contradiction: ${printable(qualifiedName(artifact))} has different checksums.\n`,
    )
  const apart = found.uncounted.map(({ id, state, rebuilder }) => {
    const who = rebuilder === null ? 'unknown' : keyIdOf(rebuilder)
    return `${printable(`Does not count: ${shortHex(id)} (${state}) by ${who}`)}\n`
  })
  const cut = found.truncated
    ? ['Not everything was compared: name the version too. Of each rebuilder the newest were.\n']
    : []
  const { withheld = 0, elsewhere = 0 } = found
  const apartFrom =
    elsewhere === 0
      ? []
      : [
          `${counted(elsewhere, 'artifact')} of other modules of the same build: --whole shows them.\n`,
        ]
  const gone =
    withheld === 0
      ? []
      : [`${counted(withheld, 'more certification')} withheld by the node: ask another one too.\n`]
  return [blocks.join('\n'), [...contradictions, ...apart, ...apartFrom, ...cut, ...gone].join('')]
    .filter((part) => part !== '')
    .join('\n')
}

function artifactText(artifact: ArtifactAgreement): readonly string[] {
  const groups = artifact.groups.flatMap((group) => [
    `  ${printable(checksumOf(group))}${group.size === null ? '' : `  ${group.size} bytes`}\n`,
    ...group.rebuilders.map(rebuilderText).toSorted(),
  ])
  return [`${printable(qualifiedName(artifact))}\n`, ...groups]
}

/** A name is what somebody calls himself; only the fingerprint is proven, so that it stands first. */
function rebuilderText({ name, fingerprint }: AgreementGroup['rebuilders'][number]): string {
  const line = `${INDENTATION}${printable(keyIdOf(fingerprint))}  ${printable(name ?? '')}`
  return `${shortened(line.trimEnd(), COLUMNS)}\n`
}

/** SHA-256 before SHA-512: it is the one that people compare with what stands elsewhere. */
function checksumOf(group: AgreementGroup): string {
  const { sha256, sha512, sha1, md5 } = group.checksums
  const [algorithm, hex] = sha256
    ? ['sha256', sha256]
    : sha512
      ? ['sha512', sha512]
      : sha1
        ? ['sha1', sha1]
        : ['md5', md5 ?? '']
  return `${algorithm}:${shortHex(hex)}${group.weak ? ' (weak)' : ''}`
}
