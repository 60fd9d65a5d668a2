import { agreementVectors } from './agreement.ts'
import { canonicalFormVectors } from './canonical-forms.ts'
import { feedVectors } from './feeds.ts'
import { formatTwoVectors } from './format-2.ts'
import { idVectors } from './id.ts'
import { keyVectors } from './keys.ts'
import { networkVectors } from './network.ts'
import { replicationVectors } from './replication.ts'

/** What stands in each file of test/spec/vectors, by its name without `.json`: the same each time. Those of keys need `gpg`. */
export const VECTOR_FILES: Readonly<Record<string, () => unknown>> = {
  id: idVectors,
  'canonical-forms': canonicalFormVectors,
  feeds: feedVectors,
  'format-2': formatTwoVectors,
  network: networkVectors,
  agreement: agreementVectors,
  keys: keyVectors,
  replication: replicationVectors,
}
