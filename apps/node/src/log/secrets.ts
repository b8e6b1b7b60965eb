/** What must never be read in a log: links, cookies and tokens of the API, invitations, links for devices. */
const SECRETS = /borgo_[lst]_[\w-]{43}|borgo:(join|link)\/[^\s"']+/g

/** The last line of defence: nobody should log a secret, and when somebody does it is not written. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '[secret]')
}
