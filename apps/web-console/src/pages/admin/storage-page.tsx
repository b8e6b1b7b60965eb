import { useTranslation } from 'react-i18next'
import { AdminPage } from './admin-page.tsx'
import { BackupSection } from './backup-section.tsx'
import { CheckSection } from './check-section.tsx'
import { PartsSection } from './parts-section.tsx'
import { SpaceSection } from './space-section.tsx'

/** What lies on the node's disk: how much, whether it is whole, and a copy of it. */
export function StoragePage() {
  const { t } = useTranslation('admin')
  return (
    <AdminPage title={t('storage.title')} intro={t('storage.intro')}>
      <PartsSection />
      <SpaceSection />
      <CheckSection />
      <BackupSection />
    </AdminPage>
  )
}
