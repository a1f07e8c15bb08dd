import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { readCompany } from '#core/model/company-read.ts'
import type { Company } from '#core/model/company.ts'
import type { Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'

/** A YAML file, named as people name it: from where they stand. */
export function readYaml(directory: string, file: string): Source {
  const whole = resolve(directory, file)
  return parseYaml(relative(directory, whole).split(sep).join('/'), readFileSync(whole, 'utf8'))
}

/** The file of a rule that was named by its path or, shorter, as `lead-routing`. */
export function ruleFile(directory: string, name: string): string {
  if (existsSync(resolve(directory, name)) && statSync(resolve(directory, name)).isFile()) return name
  const found = ['.yaml', '.yml']
    .map((end) => join('rules', `${name}${end}`))
    .find((file) => existsSync(resolve(directory, file)))
  if (found) return found
  const known = yamlFiles(directory, 'rules').map((file) => basename(file).replace(/\.ya?ml$/, ''))
  throw new SyntaxError(
    `there is no rule "${name}"${known.length > 0 ? `; there are ${known.join(', ')}` : ' here: run the command where the folder rules/ is'}`,
  )
}

/** The YAML files below a folder, sorted; none when there is no such folder. */
export function yamlFiles(directory: string, folder: string): string[] {
  const whole = resolve(directory, folder)
  if (!existsSync(whole)) return []
  return readdirSync(whole, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => join(folder, file))
    .sort()
}

/** The files of the company. */
export const companyFiles = (directory: string): Source[] =>
  yamlFiles(directory, 'company').map((file) => readYaml(directory, file))

/** The company of the files, if there is one; SourceError with every problem otherwise. */
export function readCompanyFiles(directory: string): Company | undefined {
  const files = companyFiles(directory)
  return files.length === 0 ? undefined : readCompany(files)
}
