import * as z from 'zod'
import { expect, test } from 'vitest'
import { readSource } from './read-source.ts'
import { SourceError } from './source.ts'
import { parseYaml } from './yaml.ts'

const scope = z.enum(['none', 'own', 'team', 'all'])
const schema = z.strictObject({
  rows: z.record(
    z.string(),
    z.union([
      z.enum(['none', 'all']),
      z.strictObject({
        read: scope.optional(),
        do: z.union([scope, z.record(z.string(), scope)]).optional(),
        shift: z.optional(z.enum(['early', 'late'], { error: 'write when it begins' })),
      }),
    ]),
  ),
  parts: z.partialRecord(z.enum(['name', 'email']), z.union([z.string(), z.array(z.string())])).optional(),
  all: z.record(z.enum(['mon', 'tue']), z.int()).optional(),
  names: z.record(z.string().regex(/^[a-z]+$/, 'write small letters'), z.string()).optional(),
  by: z
    .discriminatedUnion('of', [
      z.strictObject({ of: z.literal('person') }),
      z.strictObject({ of: z.literal('team'), size: z.number() }),
    ])
    .optional(),
})

function problemsOf(text: string): string[] {
  try {
    readSource(parseYaml('a.yaml', text), schema)
    return []
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return error.problems.map(
      ({ line, column, message, hint }) => `${line}:${column} ${message}${hint ? ` (${hint})` : ''}`,
    )
  }
}

test.each([
  [
    'a choice inside of a union, at the value and not at what surrounds it',
    'rows:\n  rep: { read: teem }\n',
    '2:16 rows.rep.read: "teem" is not known here: write none, own, team or all (did you mean "team"?)',
  ],
  [
    'a choice in a mapping in a union in a union',
    'rows:\n  rep: { do: { finish: al } }\n',
    '2:24 rows.rep.do.finish: "al" is not known here: write none, own, team or all (did you mean "all"?)',
  ],
  [
    'a union of words and a mapping',
    'rows:\n  rep: { do: tem }\n',
    '2:14 rows.rep.do: "tem" is not known here: write none, own, team, all or a mapping (did you mean "team"?)',
  ],
  [
    'a union whose mapping has keys',
    'rows: { rep: nune }\n',
    '1:14 rows.rep: "nune" is not known here: write none, all or a mapping with read, do, shift (did you mean "none"?)',
  ],
  [
    'a value that is nothing',
    'rows:\n  rep:\n',
    '2:7 rows.rep: is empty: write none, all or a mapping with read, do, shift',
  ],
  [
    'a key of a mapping in a union',
    'rows:\n  rep: { raed: all }\n',
    '2:10 unknown key "raed" in rows.rep (did you mean "read"?)',
  ],
  [
    'a key among few',
    'rows: {}\nparts: { emial: a }\n',
    '2:10 unknown key "emial" in parts (did you mean "email"?)',
  ],
  [
    'a key that is near to none',
    'rows: {}\nparts: { telephone: a }\n',
    '2:10 unknown key "telephone" in parts (known are: name, email)',
  ],
  [
    'a key among few that must all be there',
    'rows: {}\nall: { mon: 1, tue: 2, tu: 3 }\n',
    '2:24 unknown key "tu" in all (did you mean "tue"?)',
  ],
  [
    'a key of another form, at the key',
    'rows: {}\nnames: { Two: a }\n',
    '2:10 names: "Two": write small letters',
  ],
  [
    'a union of a text and a list',
    'rows: {}\nparts: { name: 5 }\n',
    '2:16 parts.name: 5 is not known here: write a text or a list',
  ],
  [
    'a list in a union, at the entry',
    'rows: {}\nparts: { name: [a, 5] }\n',
    '2:20 parts.name.1: write a text, not 5',
  ],
  [
    'what decides between mappings',
    'rows: {}\nby: { of: pearson }\n',
    '2:11 by.of: "pearson" is not known here: write person or team (did you mean "person"?)',
  ],
  ['what is missing', 'rows: {}\nby: { of: team }\n', '2:5 by.size: a number is missing'],
  ['a file that is something else', '[]\n', '1:1 the file: write a mapping, not a list'],
  [
    'words of the schema itself',
    'rows: { rep: { shift: noon } }\n',
    '1:23 rows.rep.shift: write when it begins',
  ],
])('%s is told with what stands there and what could', (_what, text, told) => {
  expect(problemsOf(text)).toEqual([told])
})
