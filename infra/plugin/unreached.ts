import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/*
 * What the SDK brings and no function reaches, left out of bundles: a cold start loads every byte. A module is replaced
 * by one with the same exports, which throws or is empty. When a release of the SDK moves one, the bundles grow beyond
 * their budgets (test/synth/function.test.ts); test/synth/sdk.test.ts compares calls and errors with the SDK's own.
 */

/** What stands in for a module, by the end of its path below node_modules. */
const standIns: Readonly<Record<string, string>> = {
  // Lambda hands credentials over in the environment, always. The default chain also brings clients for SSO, STS and
  // instance metadata.
  '@aws-sdk/credential-provider-node/dist-es/index.js': `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
  // The region is in the environment too; this one asks the metadata of an EC2 instance.
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js': `export const getInstanceMetadataRegion = async () => undefined`,
  // An option of the client that nobody sets; no command of ours asks the cache that it keeps.
  '@aws-sdk/middleware-endpoint-discovery/dist-es/index.js': `
    export const resolveEndpointDiscoveryConfig = (config) => config
    export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
      environmentVariableSelector() {}, configFileSelector() {}, default: undefined,
    }`,
  // Nothing that we call answers with a stream of events. Its import at run time keeps half of the core from being shaken.
  '@smithy/core/dist-es/submodules/event-streams/index.js': `
    export const eventStreamSerdeProvider = undefined
    export const resolveEventStreamSerdeConfig = (config) => config
    export class EventStreamSerde { constructor() { throw new Error('event streams are left out of bundles') } }`,
  '@smithy/signature-v4/dist-es/HeaderFormatter.js': `
    export class HeaderFormatter { format() { throw new Error('event streams are left out of bundles') } }`,
  // A function has no home with files of settings: all that it is told is in its environment.
  '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js': `
    export { CONFIG_PREFIX_SEPARATOR } from './constants'
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} })`,
  // Of the retry mode `adaptive`, which none of our clients has.
  '@smithy/core/dist-es/submodules/retry/util-retry/DefaultRateLimiter.js': `
    export class DefaultRateLimiter { constructor() { throw new Error('the adaptive retry mode is left out of bundles') } }`,
  // For a Node without node:crypto.
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js': 'export class Sha256Js {}',
  '@smithy/core/dist-es/submodules/checksum/md5/Md5Js.js': 'export class Md5Js {}',
}

/**
 * Errors of services of which more than name and message is read, or whose name is not the code that the service
 * answers with. Any other error keeps both without a class of its own, and carries `$metadata` and `$fault` like these.
 */
const keptErrors = new Set([
  // DynamoDB: Item, CancellationReasons; the client tries again what is `$retryable`
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
  'ReplicatedWriteConflictException',
  // SES: the code is ConfigurationSetDoesNotExist
  'ConfigurationSetDoesNotExistException',
])

export function unreached(): Plugin {
  return {
    name: 'unreached',
    setup(bundler) {
      const separator = '[\\\\/]'
      for (const [path, contents] of Object.entries(standIns)) {
        const pattern = path.replaceAll('.', '\\.').replaceAll('/', separator)
        bundler.onLoad({ filter: new RegExp(`${separator}${pattern}$`) }, () => ({ contents, loader: 'js' }))
      }
      const client = `${separator}@aws-sdk${separator}client-[a-z]+${separator}`
      bundler.onLoad(
        { filter: new RegExp(`${client}dist-es${separator}schemas${separator}schemas_0\\.js$`) },
        async ({ path }) => ({ contents: shakenSchemas(await readFile(path, 'utf8')), loader: 'js' }),
      )
      // Of its own description a client reads the version.
      bundler.onLoad({ filter: new RegExp(`${client}package\\.json$`) }, async ({ path }) => {
        const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
        return { contents: JSON.stringify({ version }), loader: 'json' }
      })
    },
  }
}

/**
 * The schemas of a service such that esbuild keeps those of the commands that are called: for it `{ [_e]: _c }` might
 * run code, and registering an error does.
 */
function shakenSchemas(source: string): string {
  const names = new Map(
    [...source.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name, text]) => [name, text]),
  )
  return source
    .replace(/\[(_\w+)\]:/g, (key, name: string) => (names.has(name) ? `${names.get(name)}:` : key))
    .replace(/^n0_registry\.registerError\((\w+)\$.*$/gm, (line, name: string) =>
      keptErrors.has(name) ? line : '',
    )
}
