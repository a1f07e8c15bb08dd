/* What stands here for the addresses that AWS would give. */
import { bucketPath } from '../resource/bucket.ts'
import type { Addresses } from '../resource/model.ts'

/**
 * Puts the addresses of this machine wherever a text names the issuer that Cognito would be, the page to sign in at, the host name of
 * a bucket, or that of CloudFront.
 */
export function swapAddresses(text: string, region: string, addresses: Addresses): string {
  const cognito = `https://cognito-idp\\.${region}\\.amazonaws\\.com/[\\w-]+`
  const bucket = `https://([\\w.-]+)\\.s3\\.${region}\\.amazonaws\\.com`
  return text
    .replaceAll(new RegExp(`${cognito}/\\.well-known/jwks\\.json`, 'g'), () => addresses.signingKeys)
    .replaceAll(new RegExp(cognito, 'g'), () => addresses.issuer)
    .replaceAll(
      new RegExp(`https://[\\w-]+\\.auth\\.${region}\\.amazoncognito\\.com`, 'g'),
      () => addresses.issuer,
    )
    .replaceAll(new RegExp(bucket, 'g'), (_, name: string) => addresses.publicUrl + bucketPath(name))
    .replaceAll(/https:\/\/[\w-]+\.cloudfront\.net/g, () => addresses.publicUrl)
}

/** A value of a template with all its texts changed. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]))
}
