import type { Conversation } from '@borgo/api'
import { ThemeIcon } from '@mantine/core'
import { IconUsersGroup } from '@tabler/icons-react'
import { House } from '../../components/house.tsx'

/** The other person's house, or the sign of a group. */
export function ConversationFace({ conversation }: { conversation: Conversation }) {
  if (conversation.with !== undefined) return <House id={conversation.with} size={36} />
  return (
    <ThemeIcon variant="light" size={36} radius="md">
      <IconUsersGroup size={20} aria-hidden />
    </ThemeIcon>
  )
}
