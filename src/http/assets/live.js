'use strict'
/*
 * Listens from the cursor with which the page came, and fetches the page again when a part of it has changed. What somebody has in
 * hand (focus, a selection) is not taken away: a button offers the new one. A page that is not looked at does not listen: browsers
 * open only six connections to one host.
 */
const LEAST_PAUSE = 2000
const LONGEST_PAUSE = 60000
/** @typedef {import('../../contract/event.ts').NodeEvent} NodeEvent */
/**
 * All but the first, as the contract lists them: one that is missing here, or is not there, does not compile.
 * @type {Readonly<Record<Exclude<NodeEvent['kind'], 'cursor'>, true>>}
 */
const KINDS = {
  certification: true,
  agreement: true,
  rejection: true,
  withholding: true,
  restoration: true,
  evidence: true,
  peers: true,
}
let cursor = document.body.dataset.after
/** @type {EventSource | undefined} */
let source
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
/** @type {ReturnType<typeof setTimeout> | undefined} */
let settling
let failures = 0
let fetchedAt = 0
/** @type {Set<string>} */
const stale = new Set()

/** @returns {HTMLElement[]} */
const parts = () => Array.from(document.querySelectorAll('[data-live]'))
/** @type {(one: string, other: string) => boolean} */
const below = (one, other) => one === other || one.startsWith(other + '/')
/** @type {(text: string | undefined) => string | undefined} */
const epochOf = (text) => String(text).split('-')[0]
// doubled at each failure, and not the same for everybody
/** @type {(count: number) => number} */
const pauseAfter = (count) =>
  Math.min(LONGEST_PAUSE, LEAST_PAUSE * 2 ** count) * (0.5 + Math.random() / 2)

/**
 * @param {NodeEvent} event
 * @returns {(token: string) => boolean}
 */
function concerns(event) {
  if (event.kind === 'agreement') {
    const path = event.collection + '/' + event.path
    return (token) => {
      if (!token.startsWith('below:')) return false
      const mine = decodeURIComponent(token.slice(6))
      return below(mine, path) || below(path, mine)
    }
  }
  /** @type {Set<string>} */
  const tokens = new Set([event.kind])
  if (event.kind === 'certification') {
    const { id, rebuilder } = event.certification
    tokens.add('certification:' + id)
    if (rebuilder) tokens.add('rebuilder:' + rebuilder)
  }
  if ('id' in event) tokens.add('certification:' + event.id)
  return (token) => tokens.has(token)
}

/** @type {(kind: string, message: MessageEvent<string>) => void} */
function hear(kind, message) {
  if (message.lastEventId) cursor = message.lastEventId
  /** @type {NodeEvent} */
  const event = { kind, ...JSON.parse(message.data) }
  const { isolated, fewCopies } = event.kind === 'peers' ? event : {}
  for (const [id, isSo] of Object.entries({ isolated, 'few-copies': fewCopies })) {
    const line = document.getElementById(id)
    if (line && isSo !== undefined && isSo !== line.childElementCount > 0) stale.add(id)
  }
  const concerned = concerns(event)
  for (const part of parts())
    if (part.dataset.live?.split(' ').some(concerned)) {
      stale.add(part.id)
      if (part.dataset.settles !== undefined) settle(part.id)
    }
  renewSoon()
}

// what other nodes have to say of it comes a little later
/** @param {string} id */
function settle(id) {
  clearTimeout(settling)
  settling = setTimeout(() => {
    stale.add(id)
    renewSoon()
  }, 6000)
}

function renewSoon() {
  if (stale.size === 0 || timer !== undefined) return
  const pause =
    failures > 0 ? pauseAfter(failures) : Math.max(300, fetchedAt + LEAST_PAUSE - Date.now())
  timer = setTimeout(renew, pause)
}

async function renew() {
  fetchedAt = Date.now()
  const ids = Array.from(stale)
  stale.clear()
  const isDone = await fetched(ids)
  failures = isDone ? 0 : failures + 1
  for (const id of isDone ? [] : ids) stale.add(id)
  timer = undefined
  renewSoon()
}

/** @param {readonly string[]} ids */
async function fetched(ids) {
  try {
    const response = await fetch(location.href, {
      headers: { accept: 'text/html' },
      cache: 'no-cache',
      signal: AbortSignal.timeout(30000),
    })
    // what it showed is not here any more: the page that says why
    if (response.status === 404 || response.status === 410) location.reload()
    if (!response.ok) return false
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    for (const id of ids) {
      const now = document.getElementById(id)
      const next = fresh.getElementById(id)
      if (now && next && now.innerHTML !== next.innerHTML) put(now, next)
    }
    return true
  } catch {
    return false
  }
}

/** @type {(now: HTMLElement, next: HTMLElement) => void} */
function put(now, next) {
  const selection = document.getSelection()
  const held =
    now.contains(document.activeElement) ||
    (selection && !selection.isCollapsed && selection.containsNode(now, true))
  if (held) return offer(now, next)
  const opened = Array.from(now.querySelectorAll('details'), (one) => one.open)
  const scrolled = Array.from(now.querySelectorAll('.matrix'), (one) => one.scrollLeft)
  const placed = document.importNode(next, true)
  now.replaceWith(placed)
  placed.querySelectorAll('details').forEach((one, at) => {
    one.open = opened[at] ?? one.open
  })
  placed.querySelectorAll('.matrix').forEach((one, at) => {
    one.scrollLeft = scrolled[at] || 0
  })
}

/** @type {(now: HTMLElement, next: HTMLElement) => void} */
function offer(now, next) {
  document.getElementById('offer-' + now.id)?.remove()
  const place = document.createElement('p')
  place.id = 'offer-' + now.id
  place.setAttribute('role', 'status')
  const button = document.createElement('button')
  button.textContent = 'Something new has come: show it'
  button.addEventListener('click', () => {
    place.remove()
    const shown = document.getElementById(now.id)
    if (shown) put(shown, next)
  })
  place.append(button)
  now.before(place)
}

function listen() {
  if (source || document.hidden || parts().length === 0 || !cursor) return
  const opened = new EventSource('/events?after=' + encodeURIComponent(cursor))
  source = opened
  for (const kind of Object.keys(KINDS)) opened.addEventListener(kind, (event) => hear(kind, event))
  opened.addEventListener('cursor', (event) => begun(opened, event))
  opened.addEventListener('error', () => {
    say('The node does not answer: what stands here may be old. Trying again …')
    // a browser comes again by itself after a lost connection, but never after an answer like 502
    if (opened.readyState === EventSource.CLOSED) comeAgain(opened)
  })
}

let lost = 0

/** @type {(opened: EventSource, event: MessageEvent<string>) => void} */
function begun(opened, event) {
  lost = 0
  say('')
  if (epochOf(event.lastEventId) === epochOf(cursor)) return
  // its indexes were built again: not everything from the beginning, but this page once, and what comes from now on
  opened.close()
  const now = new EventSource('/events')
  source = now
  now.addEventListener('error', () => {
    if (now.readyState === EventSource.CLOSED) comeAgain(now)
  })
  now.addEventListener('cursor', (first) => {
    now.close()
    source = undefined
    cursor = first.lastEventId
    for (const part of parts()) stale.add(part.id)
    renewSoon()
    listen()
  })
}

/** @param {EventSource} opened */
function comeAgain(opened) {
  if (source !== opened) return
  opened.close()
  source = undefined
  lost += 1
  clearTimeout(again)
  again = setTimeout(listen, pauseAfter(lost))
}

function leave() {
  clearTimeout(again)
  if (source) source.close()
  source = undefined
}

/** @param {string} sentence */
function say(sentence) {
  let place = document.getElementById('live')
  if (!place && sentence === '') return
  if (!place) {
    place = document.createElement('p')
    place.id = 'live'
    place.className = 'note'
    place.setAttribute('role', 'status')
    document.querySelector('main')?.prepend(place)
  }
  place.textContent = sentence
  place.hidden = sentence === ''
}

document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()))
addEventListener('pagehide', leave)
addEventListener('pageshow', listen)
listen()
