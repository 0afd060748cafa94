import { join } from 'node:path'
import { rolldown } from 'rolldown'
import type * as Entry from './entry.js'

/** The globals that the library uses. Every simulated tab has its own. */
const names = [
  'globalThis',
  'window',
  'self',
  'parent',
  'top',
  'location',
  'history',
  'document',
  'localStorage',
  'sessionStorage',
  'addEventListener',
  'removeEventListener',
  'dispatchEvent',
  'PopStateEvent',
  'MessageChannel',
  'requestIdleCallback',
  'reportError',
  'indexedDB',
  'navigator',
  'fetch',
  'Request',
  'Response',
  'Headers',
  'ReadableStream',
  'TextDecoder',
  'BroadcastChannel',
  'AbortController',
  'AbortSignal',
  'setTimeout',
  'clearTimeout',
  'performance',
  'Date',
  'Math',
  'crypto',
  'structuredClone',
] as const

export type Surroundings = Readonly<Record<string, unknown>>

/** Load the library with the globals of one tab. */
export type Load = (around: Surroundings) => typeof Entry

/** Bundle the library as one script. */
export async function bundle(): Promise<string> {
  const build = await rolldown({ input: join(root, 'test/sim/entry.ts'), cwd: root })
  const { output } = await build.generate({ format: 'iife', name: 'library', codeSplitting: false })
  return output[0].code
}

/** Compile the script once, for any number of tabs. */
export function compile(script: string): Load {
  const make = new Function(...names, `${script}\nreturn library`)
  return (around) => make(...names.map((name) => around[name])) as typeof Entry
}

/** The folder of the package. This file may be bundled, so its own path does not show the folder. */
export const root: string = process.cwd()
