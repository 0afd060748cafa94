import { symlinkSync } from 'node:fs'
import { join } from 'node:path'

const modules = join(import.meta.dirname, 'node_modules')

/** The folder of one of the packages that are installed here. */
export const packageFolder = (name: string): string => join(modules, name)

/** Let the modules below a folder import the packages that are installed here. */
export function linkPackages(folder: string): void {
  symlinkSync(modules, join(folder, 'node_modules'), 'junction')
}
