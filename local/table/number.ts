/*
 * DynamoDB's numbers: decimals of at most 38 significant digits between 1E-130 and 9.99…E+125, exact.
 *
 * Representation: sign, digits without zeros at either end, and the exponent of the first digit, so that
 * value = ±d.ddd × 10^exponent. Zero has no digits.
 * Source of the limits and of the canonical form: Amazon DynamoDB Developer Guide, "Supported data types and naming rules".
 */
import { type TableFault, invalid } from './fault.ts'

export interface Decimal {
  negative: boolean
  /** significant digits, first and last are not 0; empty for zero */
  digits: string
  /** of the first digit */
  exponent: number
}

const syntax = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/
export const mostDigits = 38
const largestExponent = 125
const smallestExponent = -130

/** @throws ValidationException for what is no number, or has too many digits, or is too large or small */
export function parseNumber(text: string): Decimal {
  const match = syntax.exec(text)
  const [, sign, whole = '', fraction = '', power = '0'] = match ?? []
  if (!match || whole + fraction === '')
    throw invalid(
      text === ''
        ? 'The parameter cannot be converted to a numeric value'
        : `The parameter cannot be converted to a numeric value: ${text}`,
    )
  return decimal(sign === '-', whole + fraction, whole.length - 1 + Number(power))
}

/**
 * A number of these digits, of which the first stands for 10^exponent.
 * @throws ValidationException when it lies outside of what can be stored
 */
export function decimal(negative: boolean, allDigits: string, firstExponent: number): Decimal {
  const start = allDigits.search(/[1-9]/)
  if (start < 0) return { negative: false, digits: '', exponent: 0 }
  const digits = allDigits.slice(start).replace(/0+$/, '')
  const exponent = firstExponent - start
  if (exponent > largestExponent) throw overflow()
  if (exponent < smallestExponent)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    )
  if (digits.length > mostDigits)
    throw invalid('Attempting to store more than 38 significant digits in a Number')
  return { negative, digits, exponent }
}

const overflow = (): TableFault =>
  invalid('Number overflow. Attempting to store a number with magnitude larger than supported range')

/** As DynamoDB gives it back: plain digits, with a point where there is one, never an exponent. */
export function numberText({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0')
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

/** What the service needs no second look at: such a text is its own canonical form. */
const plain = /^(?:0|-?[1-9]\d{0,36})$/

/** The canonical text of a number; equal numbers have equal texts. */
export const canonicalNumber = (text: string): string =>
  plain.test(text) ? text : numberText(parseNumber(text))

/** Negative, zero or positive, as for a sort; both are canonical. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0
  if (left.length < 16 && right.length < 16) return Number(left) - Number(right)
  return compareDecimals(parseNumber(left), parseNumber(right))
}

function compareDecimals(left: Decimal, right: Decimal): number {
  const signs = signOf(left) - signOf(right)
  if (signs !== 0) return signs
  const size =
    left.exponent - right.exponent || (left.digits < right.digits ? -1 : +(left.digits > right.digits))
  return left.negative ? -size : size
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === '') return 0
  return negative ? -1 : 1
}

/**
 * The exact sum of two canonical texts, canonical.
 * @throws ValidationException when it cannot be stored; of too many digits the service says that it is too large, as
 * ScyllaDB's tests against it found
 */
export function addNumbers(left: string, right: string): string {
  if (shortWhole.test(left) && shortWhole.test(right)) return String(Number(left) + Number(right))
  const [a, b] = [parseNumber(left), parseNumber(right)]
  const scale = Math.min(lastExponent(a), lastExponent(b))
  const sum = unitsOf(a, scale) + unitsOf(b, scale)
  const digits = String(sum < 0n ? -sum : sum)
  if (digits.replace(/0+$/, '').length > mostDigits) throw overflow()
  return numberText(decimal(sum < 0n, digits, scale + digits.length - 1))
}

/** @throws ValidationException when the difference cannot be stored */
export const subtractNumbers = (left: string, right: string): string => addNumbers(left, negated(right))

function negated(number: string): string {
  if (number === '0') return number
  return number.startsWith('-') ? number.slice(1) : `-${number}`
}

/** Whole numbers that add without loss. */
const shortWhole = /^-?\d{1,15}$/

/** Of the last digit. */
const lastExponent = ({ digits, exponent }: Decimal): number => exponent - Math.max(digits.length - 1, 0)

/** The number in units of 10^scale. */
function unitsOf(number: Decimal, scale: number): bigint {
  const units = BigInt(number.digits) * 10n ** BigInt(lastExponent(number) - scale)
  return number.negative ? -units : units
}

/**
 * Bytes whose order is that of the numbers. Sign first, then the exponent, then the digits; a negative number has both
 * inverted and ends with a byte above every digit, for of two that begin alike the longer one is smaller.
 */
export function numberKey(text: string): Buffer {
  const { negative, digits, exponent } = parseNumber(text)
  if (digits === '') return Buffer.of(0x80)
  const biased = exponent - smallestExponent
  const bytes = Buffer.alloc(3 + digits.length + (negative ? 1 : 0))
  bytes[0] = negative ? 0x40 : 0xc0
  bytes.writeUInt16BE(negative ? 0xffff - biased : biased, 1)
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i)
    bytes[3 + i] = negative ? 0xff - digit : digit
  }
  if (negative) bytes[bytes.length - 1] = 0xff
  return bytes
}

/**
 * Bytes that a number takes: one for each two significant digits before the point and one for each two behind it, one for
 * the exponent, one for a minus sign. The Developer Guide says "approximately"; this was measured at AWS to the byte by the
 * authors of dynoxide.
 */
export function numberSize(text: string): number {
  const { negative, digits, exponent } = parseNumber(text)
  if (digits === '') return 1
  const whole = Math.min(Math.max(exponent + 1, 0), digits.length)
  return 1 + Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2) + (negative ? 1 : 0)
}
