/* What rebuilderd's API v1 answers (`contrib/docs/rebuilderd-v1.yml` of 0.28): given by a node, and read of an instance. */
import * as Type from 'typebox'
import { nullable, Strings, type ValueOf } from './schema.ts'

const Count = Type.Integer({ minimum: 0 })

const read = {
  id: Count,
  name: Type.String(),
  version: Type.String(),
  architecture: Type.String(),
  build_id: nullable(Count),
  artifact_id: nullable(Count),
}
/** As much of it as is read. */
const ReadPackageBody = Type.Object(read)
export type ReadPackage = ValueOf<typeof ReadPackageBody>
export const ReadPackagesBody = Type.Object({
  total: Type.Integer(),
  records: Type.Array(ReadPackageBody),
})

/** Links say nothing of releases and components; they are of what could be made again, so every one is good. */
const PackageBody = Type.Object(
  {
    ...read,
    distribution: Type.String(),
    release: Type.Null(),
    component: Type.Null(),
    url: Type.String(),
    status: Type.Literal('GOOD'),
    diffoscope_log_id: Type.Null(),
    attestation_log_id: nullable(Count),
    last_seen: Type.String({ description: "chrono's NaiveDateTime" }),
    seen_in_last_sync: Type.Boolean(),
  },
  { title: 'RebuilderdPackage' },
)
export type Package = ValueOf<typeof PackageBody>
export const PackagesBody = Type.Object(
  { total: Type.Integer(), records: Type.Array(PackageBody) },
  { title: 'RebuilderdPackages' },
)

export const PublicKeysBody = Type.Object({ current: Strings }, { title: 'RebuilderdPublicKeys' })

/** A metablock of in-toto, whose bytes are what is signed: it is passed on as it is. */
export const LinkBody = Type.Object({}, { title: 'RebuilderdLink', additionalProperties: true })
