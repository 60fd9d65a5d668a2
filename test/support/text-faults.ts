import type { Page } from 'playwright-core'

/**
 * What nobody can read: two texts of the page that stand on each other, or one that leaves the box in which it belongs. What is cut
 * by its box counts as far as it can be seen. It runs in the browser.
 */
const FIND = `(() => {
  const BOXES = '.node, .tags, td, th, p, h1, h2, h3, dt, dd, li, pre'
  const faults = []
  const texts = []
  const meet = (one, other) => ({
    left: Math.max(one.left, other.left), right: Math.min(one.right, other.right),
    top: Math.max(one.top, other.top), bottom: Math.min(one.bottom, other.bottom),
  })
  const isSeen = ({ left, right, top, bottom }) => right - left > 1 && bottom - top > 1
  const name = (text) => text.trim().slice(0, 30)
  function seen(rect, from) {
    let left = rect
    for (let one = from; one && one !== document.body; one = one.parentElement)
      if (getComputedStyle(one).overflow !== 'visible') left = meet(left, one.getBoundingClientRect())
    return left
  }
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const parent = node.parentElement
    if (node.data.trim() === '' || parent.closest('.said')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const whole of range.getClientRects()) {
      const rect = seen(whole, parent)
      if (!isSeen(rect)) continue
      const box = parent.closest(BOXES)
      const { left, right, top, bottom } = box.getBoundingClientRect()
      if (rect.left < left - 1 || rect.right > right + 1 || rect.top < top - 3 || rect.bottom > bottom + 3)
        faults.push(name(node.data) + ' leaves ' + box.tagName + '.' + box.className)
      // letters are not as high as the line that fonts of other scripts ask for
      const isUpright = getComputedStyle(parent).writingMode !== 'horizontal-tb'
      const [width, height] = [rect.right - rect.left, rect.bottom - rect.top]
      const [x, y] = isUpright ? [width / 4, 1] : [1, height / 4]
      texts.push({
        node, rect: { left: rect.left + x, right: rect.right - x, top: rect.top + y, bottom: rect.bottom - y },
      })
    }
  }
  texts.forEach((one, index) => {
    for (const other of texts.slice(index + 1))
      if (one.node !== other.node && isSeen(meet(one.rect, other.rect)))
        faults.push(name(one.node.data) + ' stands on ' + name(other.node.data))
  })
  return { faults, count: texts.length }
})()`

/** @throws if there is no text: then nothing was looked at */
export async function textFaults(page: Page): Promise<readonly string[]> {
  const { faults, count }: { readonly faults: string[]; readonly count: number } =
    await page.evaluate(FIND)
  if (count < 20) throw new Error(`only ${count} texts are there`)
  return faults
}
