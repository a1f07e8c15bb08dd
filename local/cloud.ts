/*
 * The embedded cloud: boots what a cloud assembly describes, in one process, on one data folder.
 *
 * Order: lock the folder, open the ports (addresses are part of the template's values), read the template, make its
 * tables, define the services, and only then take up what a former process left and let requests in.
 * Invariant: whatever was answered 2xx is on disk; a kill -9 at any moment loses nothing of it.
 */
import { DatabaseSync } from 'node:sqlite'
import { openBucketDoor } from './bucket/door.ts'
import { activityMonitor } from './clock/activity.ts'
import type { Clock, VirtualClock } from './clock/clock.ts'
import { openClock, type ClockChoice } from './clock/kept-clock.ts'
import { openControl } from './control.ts'
import { deployFiles } from './distribution/deployment.ts'
import { openFront } from './distribution/front.ts'
import { openDataFolder } from './data-folder/data-folder.ts'
import { openDurable } from './durable.ts'
import { openEndpoint } from './endpoint.ts'
import { requireFormat } from './data-folder/format.ts'
import { keepCode } from './function/code.ts'
import { openApi } from './http/api.ts'
import { openIssuer } from './issuer/issuer.ts'
import { openSigningKey } from './issuer/key.ts'
import { openLoginDoor } from './issuer/door.ts'
import { openLog } from './data-folder/log.ts'
import { openInboxDoor } from './mail/inbox.ts'
import { openMailStore } from './mail/store.ts'
import { openMeter, type Meter } from './meter.ts'
import { openOwnerKey } from './data-folder/owner-key.ts'
import type { DemoUser } from './resource/identity.ts'
import { openCallers } from './permission/caller.ts'
import { openServer } from './http/server.ts'
import { openSecretFile } from './data-folder/secret.ts'
import { openServices, type CloudServices } from './services.ts'
import { openTableService } from './table-service.ts'
import { Unmodelled } from './template/fault.ts'
import { readTemplate } from './template/template.ts'

export interface CloudOptions {
  /** Folder that `cdk synth` wrote. */
  assembly: string
  /** Folder that holds everything; made if it is not there. */
  data: string
  /** 0: any free port. */
  port: number
  /** The interface to listen on; 127.0.0.1 if left out. */
  host?: string
  /** How others reach this machine, for links in e-mails; http://localhost:<port> if left out. */
  publicUrl?: string
  /** A virtual clock stands still until it is moved, and goes on from there after a restart. */
  clock?: ClockChoice
  /** Empties the data folder first. */
  fresh?: boolean
  /** Allows the fault injection of the control door; always on with a virtual clock. */
  faults?: boolean
  /** Requests that each route takes a second, and at once; as the template says if left out. */
  rate?: number
  /** A line for each thing that happens; nothing if left out. */
  report?: (line: string) => void
}

export interface Cloud {
  url: string
  port: number
  clock: Clock | VirtualClock
  users: DemoUser[]
  /** opens the control door, and is the password of each user */
  ownerKey: string
  outputs: Record<string, unknown>
  /** Resolves with the error when nothing can be stored any more: only a new start knows what is. */
  failure: Promise<unknown>
  /** Resolves when nothing runs and nothing is due. */
  settled(): Promise<void>
  /** Takes no more requests, lets what runs come to rest and ends everything. */
  stop(): Promise<void>
}

/** Milliseconds that a clean stop waits for what is under way. */
const stopPatience = 5000
const sweepInterval = 60_000
const virtualSweepInterval = 3_600_000

/**
 * Boots the cloud; resolves when it answers requests.
 * @throws Unmodelled, FolderRefused, PortInUse
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const report = options.report ?? (() => undefined)
  const folder = openDataFolder(options.data, options.fresh ?? false)
  const undo: (() => void | Promise<void>)[] = [() => folder.release()]
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return await boot()
  } catch (error) {
    await unwind()
    throw error
  }

  async function boot(): Promise<Cloud> {
    const db = new DatabaseSync(folder.file('cloud.db'))
    undo.push(() => db.close())
    requireFormat(db, folder.path)
    const durable = openDurable(db)
    undo.push(() => durable.close())
    const { clock, isVirtual, remember } = openClock(db, options.clock ?? 'real', report)
    undo.push(remember)
    const activity = activityMonitor()
    const ownerKey = openOwnerKey(folder.file('owner.key'))
    const signing = openSigningKey(folder.file('issuer.json'))
    signing.catch(() => undefined)

    const server = await openServer({
      port: options.port,
      host: options.host ?? '127.0.0.1',
      synced: () => durable.synced(),
      report,
    })
    undo.push(() => server.stop(0))
    const endpoint = await openEndpoint(() => durable.synced())
    undo.push(() => endpoint.close())
    const publicUrl = options.publicUrl ?? `http://localhost:${server.port}`
    const issuerUrl = `${publicUrl}/oidc`
    const assembled = readTemplate(options.assembly, {
      publicUrl,
      sdkUrl: endpoint.url,
      issuer: issuerUrl,
      signingKeys: `http://${ownAddress(options.host)}:${server.port}/oidc/.well-known/jwks.json`,
    })
    const template = { ...assembled, functions: keepCode(assembled.functions, folder.file('function')) }
    const [api, ...otherApis] = template.apis
    if (otherApis.length > 0)
      throw new Unmodelled(otherApis[0]!.id, 'only one HTTP API is modelled: there is one address')
    for (const { authorizer } of api?.routes ?? [])
      if (authorizer && !template.functions.some(({ arn }) => arn === authorizer.functionArn))
        throw new Unmodelled(
          `authorizer ${authorizer.name}`,
          `its function ${authorizer.functionArn} is not in the assembly`,
        )

    const faults = (options.faults ?? false) || isVirtual
    const meter: Meter = openMeter(() => ({
      transitions: services.machines.counts().transitions,
      events: services.bus.counts().accepted,
    }))
    const table = openTableService({ durable, clock, region: template.region, meter: () => meter })
    await table.prepare(template.tables)
    const log = openLog(folder.file('log', 'functions.log'), report)
    undo.push(() => log.close())
    const callers = openCallers(template.functions, template.region, (name, said) => log.write(name, [said]))
    const time = isVirtual ? new SharedArrayBuffer(8) : undefined
    const services: CloudServices = openServices({
      template,
      db,
      folder,
      table,
      keepsRecords: faults,
      clock,
      activity,
      sdkUrl: endpoint.url,
      answerSdk: (request) => endpoint.answer(request),
      credentialsOf: callers.credentialsOf,
      ...(time && { time }),
      log: (name, lines) => log.write(name, lines),
      meter: () => meter,
      report,
    })
    undo.push(() => services.close())
    await deployFiles(template.deployments, services.buckets, template.here)
    const mail = openMailStore(db, clock)
    endpoint.serve({
      ...services,
      table,
      callers,
      mail: {
        store: mail,
        identities: template.mailIdentities,
        configurationSets: template.configurationSets,
        region: template.region,
        sent: () => meter.mail(),
      },
      secrets: openSecretFile(folder.file('secrets.json')),
      queueRequest: () => meter.queueRequests(1),
      report,
    })

    const key = await signing
    const issuer = openIssuer({ url: issuerUrl, publicUrl, clock, pools: template.userPools, key, ownerKey })
    let sourceIp: string | undefined
    const control = openControl({
      clock,
      moved: remember,
      activity,
      mail,
      issuer,
      ownerKey,
      meter,
      services,
      table: faults ? table : undefined,
      version: () => ({ clock: isVirtual ? 'virtual' : 'real' }),
      syncs: () => durable.syncs(),
      comeFrom: (address) => void (sourceIp = address),
    })
    const answerApi =
      api &&
      openApi({
        api,
        clock,
        region: template.region,
        report,
        throttle: options.rate === undefined ? undefined : { rate: options.rate, burst: options.rate },
        invoke: (arn, event) => services.functions.invoke(arn, event, 'api'),
        sourceIp: () => sourceIp,
      })
    services.resume()
    server.serve([
      control,
      openInboxDoor(mail, issuer),
      openLoginDoor(issuer),
      openBucketDoor({
        buckets: services.buckets,
        callers,
        publicUrl,
        region: template.region,
        clock,
        sourceIp: () => sourceIp,
      }),
      openFront({
        distributions: template.distributions,
        buckets: services.buckets,
        askApi: (request, added) => {
          meter.httpRequest()
          return answerApi?.(request, added)
        },
        sourceIp: () => sourceIp,
        report,
      }),
    ])
    folder.announce({ port: server.port, sdk: endpoint.url })
    undo.push(keepHouse())

    /** Expires items now and then. */
    function keepHouse(): () => void {
      const sweep = () =>
        table.sweep().then(
          () => undefined,
          (error: unknown) => report(`expiry: ${(error as Error).message}`),
        )
      const sweeping = isVirtual ? undefined : setInterval(() => void sweep(), sweepInterval)
      const sweepLater = () => {
        void activity.run(sweep)
        clock.at(clock.now() + virtualSweepInterval, sweepLater)
      }
      if (isVirtual) clock.at(clock.now() + virtualSweepInterval, sweepLater)
      return () => {
        clearInterval(sweeping)
      }
    }

    return {
      url: publicUrl,
      port: server.port,
      clock,
      users: issuer.users,
      ownerKey: ownerKey.text,
      outputs: template.outputs,
      failure: durable.failure,
      settled: () => activity.settled(),
      async stop() {
        mail.close()
        await server.stop(stopPatience)
        await Promise.race([
          activity.settled(),
          new Promise((resolve) => setTimeout(resolve, stopPatience).unref()),
        ])
        await unwind()
      },
    }
  }
}

/** By which address this process reaches itself. */
function ownAddress(host = '127.0.0.1'): string {
  if (['0.0.0.0', '::', 'localhost'].includes(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
