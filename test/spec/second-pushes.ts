/* What src/spec/replication.md says of pushes, written a second time: nothing of Countersign is imported here. */

export interface SecondPush {
  readonly at: number
  readonly signature: string
  readonly blocks: readonly Buffer[]
}

/** replication.md, "Pushes", the message of pairs. */
export function readPush(message: Buffer): SecondPush {
  if (message.length < 69 || message.length > 16_517 || message[0] !== 1) throw new Error('no push')
  const at = message.readUInt32BE(1)
  const blocks: Buffer[] = []
  let next = 69
  while (next < message.length) {
    const length = message.readUInt32BE(next)
    if (length === 0 || next + 4 + length > message.length) throw new Error('no block')
    blocks.push(message.subarray(next + 4, next + 4 + length))
    next += 4 + length
  }
  const octets = blocks.reduce((sum, block) => sum + block.length, 0)
  if (at % 2 === 0 || blocks.length % 2 === 1) throw new Error('no pairs')
  if (blocks.length < 2 || blocks.length > 16 || octets > 16_384) throw new Error('not so many')
  if (at + blocks.length > 2 ** 27) throw new Error('too far')
  return { at, signature: message.toString('hex', 5, 69), blocks }
}
