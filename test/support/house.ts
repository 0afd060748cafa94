import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '../..')
const modules = join(root, 'node_modules')

interface Diagnostic {
  readonly code: string
  readonly filename: string
  readonly severity: string
  readonly labels: readonly { span: { line: number } }[]
}

/** A copy of the sources, in which a test breaks the rules between folders. */
export class House {
  readonly path = mkdtempSync(join(tmpdir(), 'pixy-walls-'))

  constructor() {
    for (const part of ['src', '.oxlintrc.json', 'tsconfig.json'])
      cpSync(join(root, part), join(this.path, part), { recursive: true })
    symlinkSync(modules, join(this.path, 'node_modules'))
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text)
  }

  /** What the linter reports: `rule at file:line`. */
  lint(...files: string[]): string[] {
    const given = ['--format=json', ...files]
    const { stdout } = spawnSync(join(modules, '.bin/oxlint'), given, {
      cwd: this.path,
      encoding: 'utf8',
    })
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
    return diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ code, filename, labels: [label] }) =>
          `${/\((.*)\)/.exec(code)?.[1]} at ${filename}:${label?.span.line}`,
      )
  }

  /** What the compiler says of a project. */
  compile(project: string): string {
    const given = ['-p', project]
    return spawnSync(join(modules, '.bin/tsc'), given, { cwd: this.path, encoding: 'utf8' }).stdout
  }

  remove(): void {
    rmSync(this.path, { recursive: true })
  }
}
