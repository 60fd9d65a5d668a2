import { expect, test } from 'vitest'
import { nearest } from '../../src/base/nearest.ts'

test('the nearest name is offered, and none that is far', () => {
  const names = ['serve', 'submit', 'find', 'status', 'check-config']
  expect(nearest('serv', names)).toBe('serve')
  expect(nearest('stauts', names)).toBe('status')
  expect(nearest('check', names)).toBe('check-config')
  expect(nearest('banana', names)).toBeUndefined()
  expect(nearest('x'.repeat(10_000), names)).toBeUndefined()
})
