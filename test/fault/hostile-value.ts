/** JSON as it stands, such as a number that JSON.stringify would not write. */
const raw = (json: string) => `\u0001${json}\u0001`

/** Writes it: what is marked as such stands as it is. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value).replace(/"\\u0001((?:[^"\\]|\\.)*?)\\u0001"/g, (_, inner: string) =>
    String(JSON.parse(`"${inner}"`)),
  )

export const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Names that an object of the language has, that the table's items have, and none. */
export const languageNames = [
  '',
  ...'constructor __proto__ prototype toString valueOf hasOwnProperty toJSON then length pk sk kind version $ref'.split(
    ' ',
  ),
]

/** Texts that break what takes care of nothing. */
export const hostileTexts = [
  '\ud800',
  'a\udfff b',
  '\0',
  '\u0007',
  '\u202e\u200b',
  'e\u0301'.repeat(300),
  '👩‍🚀',
  '\ufeff',
  ' ',
  'x'.repeat(2_000),
  'Ї'.repeat(2_000),
  '#',
  '%',
  '%00',
  '..',
  'null',
  'NaN',
  '-1',
  '0',
  '1e999',
  '{}',
  '2027-02-30T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  '9999-12-31T23:59:59Z',
  ...languageNames,
]

/** The same of JSON. */
export const hostileValues: unknown[] = [
  ...hostileTexts,
  ...['1e999', '-1e999', '1e-200', '-0', '12345678901234567890', '0.1e-130', '9e125', '1e308'].map(raw),
  null,
  true,
  0,
  -1,
  1.5,
  [],
  {},
  [null],
  [[[[]]]],
  raw(nested(30)),
  raw(nested(19)),
  raw('{"__proto__":{"polluted":1}}'),
  raw('{"constructor":{"name":"Set","prototype":null},"toString":1}'),
  raw('{"\\ud800":1,"\\ud801":2}'),
  { constructor: { name: 'Number' }, valueOf: 'x' },
  { S: 'x' },
  Array.from({ length: 1_500 }, (_, at) => at),
]
