/** What the child process of the crash tests writes at a sequence: some blocks are larger than RocksDB keeps in its log. */
export const burstBlock = (sequence: number): Uint8Array =>
  new Uint8Array(100 + (sequence % 5) * 3_000).fill(sequence % 251)
