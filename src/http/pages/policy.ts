import type { Operator } from '../../certification/policy.ts'
import { html } from './elements/html.ts'
import { layout } from './elements/layout.ts'
import { table } from './elements/table.ts'

/** Whom this node names, and what follows from that. */
export function policyPage(operators: readonly Operator[]): string {
  const named =
    operators.length === 0
      ? html`<p>
          This node names nobody: whatever anybody certifies is counted without a colour, and no
          page says who is right. An operator of a node can give it a policy
          (<code>pages-policy</code>).
        </p>`
      : html`<p>
            This node names these operators. What they certified is counted apart from what all
            others did: one vote for each, however many keys it has. Only their votes have colours.
          </p>
          ${table(
            ['operator', 'keys'],
            operators.map(({ name, keys }) => [
              name,
              keys.map((key) => html`<a class="hex" href="/rebuilders/${key}">${key}</a><br />`),
            ]),
          )}`
  return layout(
    'Whose word this node counts apart',
    html`${named}
      <p>
        All others are counted too, in grey: anybody can make a key, and as many as he likes.
        Letters and colours of checksums say who gave the same, not who is right.
      </p>
      <p>
        Whom <em>you</em> trust is yours to decide: <code>countersign check FILE</code> counts the
        operators of your own policy, whatever a node says here.
      </p>`,
  )
}
