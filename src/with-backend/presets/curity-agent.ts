import { ask } from './answers.js'

/** What its agent and its proxy want of scripts: no other site can send it without being asked. */
export const version = { 'token-handler-version': '1' }

/** Ask the OAuth agent for JSON. */
export const askAgent = (url: string, init: Parameters<typeof ask>[1]): Promise<Response> =>
  ask(url, init, version)
