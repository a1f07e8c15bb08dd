/**
 * Where the parts of the embedded cloud talk to each other.
 *
 * Neither the database nor the SDK endpoint asks who calls, and the database lets pages of any web site read its
 * answers. A page in a browser on this machine can try all ports of 127.0.0.1; it cannot try those of sixteen million
 * addresses, each of which leads to this machine on Linux. Other accounts of the machine can look the address up.
 */
import { randomInt } from 'node:crypto'

export const hiddenAddress = (): string => `127.${randomInt(1, 256)}.${randomInt(256)}.${randomInt(1, 255)}`
