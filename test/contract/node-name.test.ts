import { expect, test } from 'vitest'
import { nodeNameTrouble } from '../../src/contract/node-name.ts'

test.each(['Rebuilders of Münster', '日本', 'x', 'é'.repeat(64), '🦊'.repeat(64), '<b>"&'])(
  'a node can be called %s',
  (name) => {
    expect(nodeNameTrouble(name)).toBeUndefined()
  },
)

test.each([
  ['', 'empty'],
  [' before', 'space'],
  ['behind\u00a0', 'space'],
  ['x'.repeat(65), '64'],
  ['a\nb', 'control'],
  ['a\u001b[31mb', 'control'],
  ['a\u202eb', 'control'],
  ['a\u2028b', 'control'],
  ['a\ud800b', 'control'],
])('and not %j', (name, why) => {
  expect(nodeNameTrouble(name)).toContain(why)
})
