import { decode } from 'cborg'
import type { Bytes } from './database.ts'

/** Reads a row that this program wrote under this very format: nobody else writes in an index, so its shape is known. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape, once, where it writes it
export function decodeOwn<Shape>(value: Bytes): Shape {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return decode(value) as Shape
}
