import type { Certification } from '../../certification/certification.ts'

const OBJECT = 2048
/** An artifact of one output line of 100 bytes takes four times that when it is parsed. */
const ARTIFACT = 400
const SOURCE = 200

/** About what a parsed certification takes in memory, in bytes: its own, and twice its text in fields. */
export const sizeInMemory = ({ bytes, signature, buildinfo }: Certification): number =>
  OBJECT +
  2 * bytes.length +
  (signature?.length ?? 0) +
  ARTIFACT * (buildinfo.artifacts.length + (buildinfo.leftOut?.length ?? 0)) +
  SOURCE * buildinfo.sources.length
