import type { Language } from '../record/id.ts'
import { en } from './en.ts'
import { ru } from './ru.ts'
import { uk } from './uk.ts'
import type { Words } from './words.ts'

export const wordsOf: Record<Language, Words> = { en, uk, ru }
