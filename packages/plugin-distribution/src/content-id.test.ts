import { expect, it } from 'vitest'
import { parseContentId } from './content-id.ts'

it.each([
  'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
  'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
])('[D-1] %s is a content id', text => expect(parseContentId(text)).toBe(text))

it.each([
  '',
  'nothing',
  'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf35',
  // CIDv0, DAG-CBOR, SHA-512, and an identity hash.
  'QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn',
  'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua',
  'bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4lzogukir6ksdy6wzrnz6ohnv4aglcs',
  'bafkqaaa'
])('[D-1] %j is not', text => {
  expect(() => parseContentId(text)).toThrow(expect.objectContaining({ code: 'BAD_CID' }))
})
