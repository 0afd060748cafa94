import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { TestInfo } from '@playwright/test'
import { block } from './doc-snippets.js'

/** Run the code block of docs/testing.md under that heading, and return its exports. */
export async function recipe<Exports>(heading: string, info: TestInfo): Promise<Exports> {
  const path = info.outputPath('recipe.ts')
  writeFileSync(path, block('docs/testing.md', heading, 'ts').code)
  return (await import(pathToFileURL(path).href)) as Exports
}
