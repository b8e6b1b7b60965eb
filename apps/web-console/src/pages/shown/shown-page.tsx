import { useTranslation } from 'react-i18next'
import { PeoplePage } from '../people/people-page.tsx'
import { OwnApps } from './own-apps.tsx'
import { OwnObjects } from './own-objects.tsx'
import { SeenObjects } from './seen-objects.tsx'
import { useLiveShown } from './shown-queries.ts'

/** Small things and apps that people show each other. */
export function ShownPage() {
  const { t } = useTranslation('shown')
  useLiveShown()
  return (
    <PeoplePage title={t('title')} intro={t('intro')}>
      <OwnObjects />
      <OwnApps />
      <SeenObjects />
    </PeoplePage>
  )
}
