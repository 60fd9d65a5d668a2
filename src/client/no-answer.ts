/** Why `fetch` got nothing of a node at `url`. `fetch failed` says nothing; its cause does. */
export function noAnswer(error: unknown, url: string | URL): string {
  let reason = error
  while (reason instanceof Error && reason.cause !== undefined) reason = reason.cause
  if (reason instanceof AggregateError) reason = reason.errors[0]
  const message = reason instanceof Error ? reason.message : String(reason)
  if (message !== 'bad port') return message
  // what a browser never asks fetch does not ask either
  return `port ${new URL(url).port} is kept for another protocol, and no web program asks it; give the node another one, as in http://127.0.0.1:8000`
}
