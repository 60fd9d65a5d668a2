import { AdmissionError } from '../../base/errors.ts'

/** @param urls of peers' HTTP APIs that take submissions */
export function readOnly(urls: readonly string[]): AdmissionError {
  const where =
    urls.length === 0
      ? 'None of its peers has told where it takes them (the setting public-url); GET /peers shows whom it knows.'
      : `Submit to ${urls.slice(0, MOST).join(' or ')}; it comes here by itself.`
  return new AdmissionError(
    'READ_ONLY',
    `This node is read-only and takes no submissions. ${where}`,
  )
}

const MOST = 5
