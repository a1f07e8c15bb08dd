import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import { readCompany } from '#core/company/company-read.ts'
import type { Company } from '#core/company/company.ts'
import type { Source } from '#core/source/source.ts'
import { parseYaml } from '#core/source/yaml.ts'

/**
 * The bytes of a file that somebody has named. Throws SyntaxError, in words, when it cannot be read.
 * @param file from where the person stands
 */
export function readBytes(directory: string, file: string): Buffer {
  try {
    return readFileSync(resolve(directory, file))
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new SyntaxError(`${file} ${unreadable[code] ?? `cannot be read: ${message}`}`, { cause: error })
  }
}

export const readText = (directory: string, file: string): string =>
  readBytes(directory, file).toString('utf8')

const unreadable: Record<string, string> = {
  ENOENT: 'does not exist here',
  ENOTDIR: 'does not exist here',
  EISDIR: 'is a folder: name a file',
  EACCES: 'may not be read by you',
  EPERM: 'may not be read by you',
  ELOOP: 'is a link that leads nowhere',
  ERR_FS_FILE_TOO_LARGE: 'is larger than any file that is read here',
}

/** A YAML file, named as people name it: from where they stand. */
export function readYaml(directory: string, file: string): Source {
  return parseYaml(sourceName(directory, file), readText(directory, file))
}

/** What problems call a file: its path from where the person stands. */
export const sourceName = (directory: string, file: string): string =>
  relative(directory, resolve(directory, file)).split(sep).join('/')

/** What people call it. */
export const nameOf = (file: string): string => basename(file).replace(/\.ya?ml$/, '')

/** The file of a rule that was named by its path or, shorter, as `lead-routing`. */
export function ruleFile(directory: string, name: string): string {
  if (existsSync(resolve(directory, name)) && statSync(resolve(directory, name)).isFile()) return name
  const found = ['.yaml', '.yml']
    .map((end) => join('rules', `${name}${end}`))
    .find((file) => existsSync(resolve(directory, file)))
  if (found) return found
  const known = yamlFiles(directory, 'rules').map(nameOf)
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
