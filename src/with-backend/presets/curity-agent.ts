import { ask } from './answers.js'

/** The header that Curity's agent and proxy require. A page of another site cannot send it without a preflight. */
export const version = { 'token-handler-version': '1' }

/** Ask the OAuth agent for JSON. */
export const askAgent = (url: string, init: Parameters<typeof ask>[1]): Promise<Response> =>
  ask(url, init, version)
