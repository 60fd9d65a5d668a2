import { describe, expect, test } from 'vitest'
import { check, readSubject } from '../../src/check/check.ts'
import { checkText } from '../../src/cli/commands/check-text.ts'
import { openDoor } from '../http/door.ts'
import { helloNode, HONEST, listening, POLICY } from './checking.ts'

const scopedNode = async (architectures: readonly string[]): Promise<string> =>
  listening(await openDoor({}, { keep: [{ collection: 'debian', architectures }] }))

describe('a node that does not keep what is checked', () => {
  test('is named as one that cannot know, and not as one that lacks anything', async () => {
    const whole = await helloNode()
    const part = await scopedNode(['arm64'])
    const answer = await check([await readSubject(HONEST)], {
      policy: POLICY,
      nodes: [whole.node, part],
    })
    const [result] = answer.results
    expect(result).toMatchObject({ verdict: 'reproduced', outside: [part], lacking: [] })
    expect(answer.sources.map(({ scope }) => scope)).toEqual([
      null,
      { rules: [{ collection: 'debian', architectures: ['arm64'] }] },
    ])
    expect(checkText({ answer, paths: ['a'], skipped: [] }, false)).toContain(
      `${part} keeps only debian (arm64): it cannot know all of this file\n`,
    )
  })

  test('lacks what it should have kept, as any other node does', async () => {
    const whole = await helloNode()
    const part = await scopedNode(['amd64'])
    const { results } = await check([await readSubject(HONEST)], {
      policy: POLICY,
      nodes: [whole.node, part],
    })
    expect(results[0]).toMatchObject({ outside: [] })
    expect(results[0]?.lacking.map(({ node }) => node)).toEqual([part])
  })
})
