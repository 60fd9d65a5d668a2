import { describe, expect, it } from 'vitest'
import { openBothDoors } from '../both-doors.ts'
import { ALICE, get } from '../door.ts'

const REASON = 'Somebody asked for it.'

describe('the door of the operator', () => {
  it.each([
    ['no target', {}],
    ['two targets', { ids: ['0'.repeat(64)], rebuilder: ALICE }],
    ['half a target', { collection: 'debian' }],
    ['an id in capitals', { ids: ['A'.repeat(64)] }],
    ['no ids', { ids: [] }],
    ['a word that nobody knows', { ids: ['0'.repeat(64)], force: true }],
    ['another code', { ids: ['0'.repeat(64)], code: 'mood' }],
    ['no reason', { ids: ['0'.repeat(64)], reason: '' }],
    ['a reason that is too long', { ids: ['0'.repeat(64)], reason: 'é'.repeat(600) }],
  ])('refuses %s', async (_, change) => {
    const { withhold } = await openBothDoors()
    const answer = await withhold({ reason: REASON, code: 'error', ...change })
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      400,
      'REQUEST_INVALID',
    ])
  })

  it('withholds nothing if one of the ids is unknown, and restores nothing that is not withheld', async () => {
    const { ids, withhold, restore, app } = await openBothDoors()
    const { alice = '' } = ids
    const all = { ids: [alice, '0'.repeat(64)] }
    expect((await withhold({ ...all, reason: REASON, code: 'error' })).statusCode).toBe(404)
    expect((await restore(all)).statusCode).toBe(404)
    expect((await get(app, `/certifications/${alice}`)).statusCode).toBe(200)
  })
})
