import type { FastifyReply } from 'fastify'

/** Says beside a listing how many certifications would stand in it, had they not been withheld. */
export function noteWithheld(reply: FastifyReply, count: number): void {
  if (count > 0) reply.header('countersign-withheld', String(count))
}
