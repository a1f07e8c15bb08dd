/*
 * Where AWS SDKs reach the embedded cloud.
 *
 * The SDK endpoint takes any signature. A page in a browser on this machine can try all ports of 127.0.0.1; it cannot try
 * those of sixteen million addresses, each of which leads to this machine on Linux and Windows. Other accounts of the
 * machine can look the address up.
 */
import { randomInt } from 'node:crypto'

export const hiddenAddress = (): string => `127.${randomInt(1, 256)}.${randomInt(256)}.${randomInt(1, 255)}`
