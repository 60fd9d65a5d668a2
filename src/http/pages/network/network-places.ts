/* Where nodes stand in a drawing, and how lines go between them. Lengths in the units of its view box. */
import type { KnownNode } from './network-nodes.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Placed extends Point {
  readonly node: KnownNode
  readonly radius: number
  /** In radians, clockwise from the right; `undefined` of the one in the middle. */
  readonly angle: number | undefined
}

/** The view box; the middle is at 0, 0. */
export interface Size {
  readonly width: number
  readonly height: number
}

const WIDTH = 660
const RADIUS = 20
/** Of the node in the middle, which has its name inside. */
const OWN_RADIUS = 40
/** What names need beyond the circle on which nodes stand. */
const MARGIN = { x: 165, y: 75 }
/** Between a node and the end of a line. */
const GAP = 3
const TIP = 11
/** So far from the middle is at least what a line between two others is drawn towards. */
const LEAST_BOW = 110

export function sizeFor(others: number): Size {
  if (others <= 2) return { width: WIDTH, height: 150 }
  if (others <= 4) return { width: WIDTH, height: 340 }
  return { width: WIDTH, height: others <= 7 ? 420 : 500 }
}

/** The first in the middle, the others around it. */
export function placesOf(nodes: readonly KnownNode[]): readonly Placed[] {
  const others = nodes.length - 1
  const radii = radiiOf(sizeFor(others))
  const start = others <= 2 ? 0 : -Math.PI / 2
  return nodes.map((node, index) => {
    if (index === 0) return { node, x: 0, y: 0, radius: OWN_RADIUS, angle: undefined }
    const angle = start + ((index - 1) * 2 * Math.PI) / others
    return { node, ...onRing(angle, radii), radius: RADIUS, angle }
  })
}

/** Of the ring on which all but the first stand. */
const radiiOf = ({ width, height }: Size): Point => ({
  x: width / 2 - MARGIN.x,
  y: height / 2 - MARGIN.y,
})

const onRing = (angle: number, radii: Point): Point => ({
  x: radii.x * Math.cos(angle),
  y: radii.y * Math.sin(angle),
})

/** Through which point a line goes: straight from the middle, and around the middle between two others. */
export function bend(from: Placed, to: Placed, size: Size): Point {
  if (from.angle === undefined || to.angle === undefined)
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const radii = radiiOf(size)
  const turn = to.angle - from.angle
  const shorter = turn > Math.PI ? turn - 2 * Math.PI : turn
  return onRing(from.angle + shorter / 2, {
    x: Math.max(LEAST_BOW, radii.x),
    y: Math.max(LEAST_BOW, radii.y),
  })
}

/** The end of a line that comes from a point. */
export function endOf(at: Placed, from: Point, before = GAP): Point {
  const { x, y, radius } = at
  const part = (radius + before) / (Math.hypot(from.x - x, from.y - y) || 1)
  return { x: x + (from.x - x) * part, y: y + (from.y - y) * part }
}

/** Corners of the arrow head at the end of a line that comes from a point. */
export function tipOf(at: Placed, from: Point): readonly Point[] {
  const [end, back] = [endOf(at, from), endOf(at, from, GAP + TIP)]
  const [along, across] = [(back.x - end.x) / 2, (back.y - end.y) / 2]
  return [end, { x: back.x + across, y: back.y - along }, { x: back.x - across, y: back.y + along }]
}
