import { readChecksumLine } from '../../certification/dialects/checksum-line.ts'
import { looksLikeMetablock } from '../../certification/metablock.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'

/** Enough to see where a text begins, however its armor is wrapped. */
const LOOKED_AT = 64 * 1024

const CLEARSIGNED = '-----BEGIN PGP SIGNED MESSAGE-----'

/**
 * The dialect that the first lines look like, to find the collection for a submission. Only a guess:
 * the node reads the signed text and decides.
 */
export function detectDialect(bytes: Uint8Array): DialectName | undefined {
  if (looksLikeMetablock(bytes)) return 'in-toto'
  const text = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1')
  const lines = text.split(/\r?\n/)
  const armor = lines.findIndex((line) => line.startsWith(CLEARSIGNED))
  const blank = lines.findIndex((line, index) => index > armor && line.trim() === '')
  const body = armor === -1 ? lines : blank === -1 ? [] : lines.slice(blank + 1)
  for (const line of body) {
    if (line.trim() === '' || /^[#!]/.test(line)) continue
    const { kind } = readChecksumLine(line, undefined)
    if (kind === 'sum') return 'checksums'
    if (kind === 'heading') continue
    if (/^[A-Za-z][A-Za-z0-9-]{0,63}:(?:[ \t]|$)/.test(line)) return 'debian'
    return /^[\w.-]{1,128}[ \t]*[=:]/.test(line) ? 'jvm' : undefined
  }
  return undefined
}
