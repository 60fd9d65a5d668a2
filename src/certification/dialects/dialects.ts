import { checksums } from './checksums.ts'
import { debian } from './debian.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { inToto } from './in-toto.ts'
import { jvm } from './jvm.ts'

/** Every dialect by its name. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  debian,
  jvm,
  checksums,
  'in-toto': inToto,
}

export const dialectOf = (name: DialectName): Dialect => DIALECTS[name]
