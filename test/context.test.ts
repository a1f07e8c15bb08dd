import { describe, expect, test } from 'vitest'
import { readContext } from '#infra/context.ts'

/** The flags of a deployment are understood or stop it; they are never left out in silence. */

const wrong: Record<string, readonly unknown[]> = {
  tenant: ['Main', 'a#b', '1st', 'a b', ''.padEnd(32, 'a'), 5],
  mailFrom: [
    'CRM <crm@firm.example>',
    'firm.example',
    'crm@',
    ' crm@firm.example',
    'a@firm.example,b@firm.example',
    'crm@фирма.example',
    'продажи@firm.example',
    'crm@firm',
    5,
  ],
  mailIdentity: ['Existing', 'none', 'firm.example', true],
  alarmMail: ['ops', 'mailto:ops@firm.example', 'ops@firm.example, boss@firm.example', ['ops@firm.example']],
  publicUrl: [
    'crm.firm.example',
    'https://',
    'ftp://firm.example',
    'javascript:alert(1)',
    'https://crm.firm.example/?lead=',
    'https://user:word@crm.firm.example',
    'https://crm firm.example',
  ],
  signInDomain: ['crm.northwind.example', 'Northwind', 'northwind-', 'my-aws-crm', ''.padEnd(64, 'a')],
  protect: ['yes', 'True', '1', 1, 'on', {}],
  shield: ['yes', 'True', '1', 1, 'on', {}],
  reserved: ['many', '0', '-5', '2.5', '20 ', 0, 2.5],
  formRate: ['many', '0', '-5', '2.5', '1,000', '1000/s', '100000', 0, 2.5, false],
  account: ['123', 'firm', '123456789012 ', 12_345],
  region: ['eu', 'Frankfurt', 'eu-central-1a', 'EU-CENTRAL-1'],
}

describe('a flag of a deployment', () => {
  test.each(Object.entries(wrong))('%s that is not understood stops the synthesis', (name, values) => {
    for (const value of values)
      expect(() => readContext({ [name]: value }), JSON.stringify(value)).toThrow(`-c ${name}=`)
  })

  test('has one meaning in cdk.json and on the command line', () => {
    expect(readContext({ protect: true, reserved: 20, formRate: 50, account: 123_456_789_012 })).toEqual(
      readContext({ protect: 'true', reserved: '20', formRate: '50', account: '123456789012' }),
    )
    expect(readContext({ protect: 'false' })).toEqual({ protect: false })
  })

  test('that asks for a shield also says where to, since its firewall lies in another region', () => {
    expect(() => readContext({ shield: 'true' })).toThrow('-c shield=true: add -c region=')
    expect(readContext({ shield: 'true', region: 'eu-central-1' })).toEqual({
      shield: true,
      region: 'eu-central-1',
    })
    expect(readContext({ shield: 'false' })).toEqual({ shield: false })
  })

  test('is left out when it is empty, and whatever belongs to the CDK is not ours', () => {
    expect(
      readContext({ mailFrom: '', protect: null, '@aws-cdk/core:checkSecretUsage': true, tree: false }),
    ).toEqual({})
  })

  test('is taken as it was written, but for a slash at the end', () => {
    const given = {
      mailFrom: "o'brien+crm@mail.firm.example",
      publicUrl: 'https://firm.example/crm/',
      alarmMail: 'ops@xn--e1awd7f.example',
      signInDomain: 'northwind-crm',
      region: 'ap-southeast-2',
    }
    expect(readContext(given)).toEqual({ ...given, publicUrl: 'https://firm.example/crm' })
  })

  test('that is misspelt is named, and all faults are told at once', () => {
    expect(() => readContext({ mailfrom: 'crm@firm.example', 'alarm-mail': 'x', protect: 'yes' })).toThrow(
      '-c mailfrom: the name is written mailFrom\n' +
        '-c alarm-mail: the name is written alarmMail\n' +
        '-c protect=yes: write true or false',
    )
  })
})
