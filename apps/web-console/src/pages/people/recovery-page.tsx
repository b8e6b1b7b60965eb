import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { AdoptedNotice } from './adopted-notice.tsx'
import { AwaitedGroups } from './awaited-groups.tsx'
import { KeyFileSection } from './key-file-section.tsx'
import { keyFileQuery } from './key-queries.ts'
import { PassphraseSection } from './passphrase-section.tsx'
import { PeoplePage } from './people-page.tsx'
import { RecoverAccount } from './recover-account.tsx'
import { RecoveryFile } from './recovery-file.tsx'
import { RecoveryWords } from './recovery-words.tsx'
import { useAdopted } from './use-adopted.ts'
import { useIsFresh } from './use-is-fresh.ts'

/** How this person comes back when all devices are lost, and how the key is protected here. */
export function RecoveryPage() {
  const { t } = useTranslation('people')
  const keyFile = useQuery(keyFileQuery)
  const isFresh = useIsFresh()
  const adopted = useAdopted()
  return (
    <PeoplePage title={t('parts.recovery')} intro={t('key.intro')}>
      {adopted !== undefined && <AdoptedNotice name={adopted} />}
      {keyFile.isPending && <Skeleton height={240} radius="lg" />}
      {keyFile.isError && <ErrorNotice error={keyFile.error} onRetry={() => void keyFile.refetch()} />}
      <AwaitedGroups />
      {isFresh && adopted === undefined && <RecoverAccount />}
      {keyFile.data && (
        <>
          <RecoveryWords isEncrypted={keyFile.data.encrypted} />
          <RecoveryFile isEncrypted={keyFile.data.encrypted} />
          <PassphraseSection isEncrypted={keyFile.data.encrypted} />
          <KeyFileSection state={keyFile.data} />
        </>
      )}
    </PeoplePage>
  )
}
