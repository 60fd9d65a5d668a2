/* A small network as nodes and lines: this node in the middle, the others around it. */
import { type Content, html } from '../elements/html.ts'
import type { Follows } from './network-follows.ts'
import type { KnownNode, NodeKind } from './network-nodes.ts'
import {
  bend,
  endOf,
  type Placed,
  placesOf,
  type Point,
  type Size,
  sizeFor,
  tipOf,
} from './network-places.ts'
import { shortPeer } from './peers.ts'

/** More are readable in a table only. */
export const MOST_NODES = 12

/** @param nodes this one first; at least two, at most {@link MOST_NODES} */
export function drawing(nodes: readonly KnownNode[], follows: Follows): Content {
  const size = sizeFor(nodes.length - 1)
  const places = placesOf(nodes)
  const { width, height } = size
  return html`<div class="matrix" role="region" aria-label="Who follows whom" tabindex="0">
      <svg
        class="network"
        viewBox="${-width / 2} ${-height / 2} ${width} ${height}"
        role="img"
        aria-label="${sentence(nodes, follows)}"
      >
        ${places.map((from, index) =>
          places.slice(index + 1).map((to) => line(from, to, { follows, size })),
        )}
        ${places.map(circle)}
      </svg>
    </div>
    <p class="quiet">${LEGEND}</p>`
}

const LEGEND =
  'An arrow leads from who has a copy to who wrote it, as far as they have said. A line of this node is a connection: whole if it is open, dashed if it is not. A thin line is between two others, or leads to a node that is no peer of this one.'

interface Lines {
  readonly follows: Follows
  readonly size: Size
}

/** Nothing where nothing is known of two nodes. */
function line(from: Placed, to: Placed, { follows, size }: Lines): Content {
  const isFollowed = follows(from.node.peerId, to.node.peerId)
  const isFollowing = follows(to.node.peerId, from.node.peerId)
  const isPeer = from.node.kind === 'this' && to.node.kind !== 'apart'
  if (!isPeer && !isFollowed && !isFollowing) return null
  const middle = bend(from, to, size)
  const kind = isPeer ? to.node.kind : 'apart'
  return html`<path
      class="line ${kind}"
      d="M${xy(endOf(from, middle))} Q${xy(middle)} ${xy(endOf(to, middle))}"
    />${isFollowed ? tip(kind, to, middle) : null}${isFollowing ? tip(kind, from, middle) : null}`
}

const tip = (kind: NodeKind, at: Placed, from: Point): Content =>
  html`<polygon class="tip ${kind}" points="${tipOf(at, from).map(xy).join(' ')}" />`

const xy = ({ x, y }: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`

/** Between two lines of a name. */
const LEADING = 16
/** Of the cosine: nodes that are further to a side have their names beside them. */
const BESIDE = 0.2

/** Names stand outside the ring, where no line is; that of this node inside. */
function circle(place: Placed): Content {
  const { node, x, y, radius } = place
  const name = wordsOf(node)
  return html`<g class="${node.kind}${node.isDouble ? ' no' : ''}">
    <circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" />
    ${node.isDouble && node.kind !== 'this' ? lines(['≠'], { x, y: y + 5 }, 'middle') : null}
    ${lines(name, ...nameAt(place, name.length))}
  </g>`
}

type Anchor = 'start' | 'middle' | 'end'

const lines = (words: readonly string[], { x, y }: Point, anchor: Anchor): Content =>
  words.map(
    (word, index) =>
      html`<text class="${anchor}" x="${x.toFixed(1)}" y="${(y + index * LEADING).toFixed(1)}">
        ${word}
      </text> `,
  )

/** Where the first of so many lines begins, ends or has its middle. */
function nameAt({ x, y, radius, angle }: Placed, count: number): readonly [Point, Anchor] {
  const above = (count - 1) * LEADING
  if (angle === undefined) return [{ x, y: y + 5 - above / 2 }, 'middle']
  const side = Math.cos(angle)
  if (Math.abs(side) > BESIDE) {
    const beside = x + Math.sign(side) * (radius + 8)
    return [{ x: beside, y: y + 5 - above / 2 }, side > 0 ? 'start' : 'end']
  }
  return [{ x, y: Math.sin(angle) < 0 ? y - radius - 9 - above : y + radius + 17 }, 'middle']
}

const KIND: Readonly<Record<NodeKind, string | undefined>> = {
  this: undefined,
  connected: undefined,
  away: 'not connected',
  apart: 'no peer',
}

function wordsOf({ peerId, kind, readOnly, isDouble }: KnownNode): readonly string[] {
  const isOwn = kind === 'this'
  return [
    isOwn ? 'this node' : shortPeer(peerId),
    ...(readOnly === true ? ['read-only'] : []),
    ...(KIND[kind] === undefined ? [] : [KIND[kind]]),
    ...(isDouble ? [isOwn ? '≠' : 'told two stories'] : []),
  ]
}

/** For whoever does not see it. */
function sentence(nodes: readonly KnownNode[], follows: Follows): string {
  const count = (kind: NodeKind): number => nodes.filter((node) => node.kind === kind).length
  const [own, ...rest] = nodes
  const of = own?.peerId ?? ''
  const copies = rest.filter(({ peerId }) => follows(of, peerId)).length
  const copied = rest.filter(({ peerId }) => follows(peerId, of)).length
  const doubles = nodes.filter(({ isDouble }) => isDouble).length
  const others = [
    counted(count('connected'), 'peer is connected', 'peers are connected'),
    counted(count('away'), 'is configured and not connected', 'are configured and not connected'),
    counted(count('apart'), 'is known by its feeds only', 'are known by their feeds only'),
    counted(copies, 'is followed by this node', 'are followed by this node'),
    counted(copied, 'says that it follows this node', 'say that they follow this node'),
    counted(doubles, 'has told two stories', 'have told two stories'),
  ]
  return `This node and those that it knows: ${others.filter((one) => one !== '').join(', ')}.`
}

const counted = (count: number, one: string, more: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : more}`
