import { expect, test } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import type { NodeRepository } from '../../src/contract/node-repository.ts'
import { openTestRepository } from '../support/open-test-repository.ts'

const RUBBISH = new TextEncoder().encode('this is nothing that anybody signed')
const FILE = { collection: 'debian', segments: ['hello', '2.10-3', 'hello_2.10-3_amd64.buildinfo'] }

type Hand = (to: NodeRepository, address: string) => Promise<unknown>

const HANDS: Readonly<Record<string, Hand>> = {
  submissions: (to, address) => to.submit({ collection: 'debian', bytes: RUBBISH, address }),
  files: (to, address) => to.put({ ...FILE, bytes: RUBBISH, address }),
  keys: (to, address) => to.addKeys(RUBBISH, address),
}

const saidTo = (one: PromiseSettledResult<unknown>): unknown =>
  one.status === 'rejected' ? codeOf(one.reason) : 'taken'

test.each(Object.entries(HANDS))(
  'who sends more %s than may wait gives way to who sends one',
  async (_, hand) => {
    const repository = await openTestRepository()
    const flood = Array.from({ length: 640 }, () => hand(repository, '192.0.2.1'))
    const [honest, ...others] = await Promise.allSettled([
      hand(repository, '198.51.100.1'),
      ...flood,
    ])
    expect(others.map(saidTo)).toContain('RATE_EXCEEDED')
    expect(saidTo(honest)).not.toBe('RATE_EXCEEDED')
  },
)
