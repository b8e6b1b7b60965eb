import { Box, Group, Progress, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFormat } from '../i18n/format.ts'

interface ProgressRowProps {
  /** What is moving. */
  label: string
  done: number
  /** Undefined while it is not known yet. */
  total: number | undefined
  /** At the start of the second line: speed, who from, what it waits for. */
  detail?: ReactNode
  state?: 'running' | 'paused' | 'done' | 'failed'
  /** Buttons at the end. */
  actions?: ReactNode
}

const COLORS = { running: 'terracotta', paused: 'gray', done: 'olive', failed: 'red' } as const

/** A transfer, a job: one line with a bar, its figures and its buttons. */
export function ProgressRow({ label, done, total, detail, state = 'running', actions }: ProgressRowProps) {
  const format = useFormat()
  const share = total === undefined ? 0 : total === 0 ? 1 : done / total
  const percent = total === undefined ? '…' : format.percent(share)
  return (
    <Group wrap="nowrap" gap="md" align="center">
      <Box style={{ flex: 1, minWidth: 0 }}>
        <Group justify="space-between" wrap="nowrap" gap="sm" mb={4}>
          <Text fw={500} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {label}
          </Text>
          <Text fz="sm" className="tabular">
            {percent}
          </Text>
        </Group>
        <Progress.Root size="md">
          <Progress.Section
            value={share * 100}
            color={COLORS[state]}
            animated={state === 'running' && total === undefined}
            aria-label={label}
            aria-valuetext={percent}
          />
        </Progress.Root>
        {detail !== undefined && (
          <Text fz="sm" c="dimmed" mt={4} component="div">
            {detail}
          </Text>
        )}
      </Box>
      {actions}
    </Group>
  )
}
