import { FileInput, NumberInput, Select, SimpleGrid } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { SIZES, VIEWS, type PictureChoice, type Size, type View } from './task.ts'

interface FieldsProps<T> {
  value: T
  onChange: (value: T) => void
}

/** Largest number up to which the module `primes` counts. */
const PRIMES_MAX = 2 ** 40
const ITERATIONS_MAX = 1_000_000
const BYTES_MAX = 1_048_576

export interface ModuleChoice {
  file: File | null
  lo: number
  hi: number
  /** 0: the parts' results are summed. */
  bytesPerIndex: number
}

/** A field for a whole number; while it is empty the last number counts. */
function Whole(props: FieldsProps<number> & { label: string; description?: string; min: number; max: number }) {
  const { value, onChange, ...rest } = props
  return (
    <NumberInput
      {...rest}
      defaultValue={value}
      allowDecimal={false}
      thousandSeparator=" "
      onChange={next => typeof next === 'number' && next >= props.min && next <= props.max && onChange(next)}
    />
  )
}

export function PrimesFields({ value, onChange }: FieldsProps<number>) {
  const { t } = useTranslation('compute')
  return <Whole label={t('kind.primes.below')} value={value} onChange={onChange} min={2} max={PRIMES_MAX} />
}

export function PictureFields({ value, onChange }: FieldsProps<PictureChoice>) {
  const { t } = useTranslation('compute')
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('kind.mandelbrot.view')}
          data={Object.keys(VIEWS).map(view => ({ value: view, label: t(`kind.mandelbrot.views.${view as View}`) }))}
          value={value.view}
          allowDeselect={false}
          onChange={view => view !== null && onChange({ ...value, view: view as View })}
        />
        <Select
          label={t('kind.mandelbrot.size')}
          data={SIZES.map(size => ({ value: size, label: size.replace('x', ' × ') }))}
          value={value.size}
          allowDeselect={false}
          onChange={size => size !== null && onChange({ ...value, size: size as Size })}
        />
      </SimpleGrid>
      <Whole
        label={t('kind.mandelbrot.iterations')}
        description={t('kind.mandelbrot.iterationsHint')}
        value={value.iterations}
        onChange={iterations => onChange({ ...value, iterations })}
        min={1}
        max={ITERATIONS_MAX}
      />
    </>
  )
}

export function ModuleFields({ value, onChange }: FieldsProps<ModuleChoice>) {
  const { t } = useTranslation('compute')
  const change = (part: Partial<ModuleChoice>): void => onChange({ ...value, ...part })
  return (
    <>
      <FileInput
        label={t('kind.module.file')}
        placeholder={t('kind.module.choose')}
        leftSection={<IconUpload size={16} aria-hidden />}
        accept=".wasm,application/wasm"
        value={value.file}
        onChange={file => change({ file })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Whole
          label={t('kind.module.from')}
          value={value.lo}
          onChange={lo => change({ lo })}
          min={0}
          max={Number.MAX_SAFE_INTEGER}
        />
        <Whole
          label={t('kind.module.to')}
          value={value.hi}
          onChange={hi => change({ hi })}
          min={1}
          max={Number.MAX_SAFE_INTEGER}
        />
      </SimpleGrid>
      <Whole
        label={t('kind.module.bytes')}
        description={t('kind.module.bytesHint')}
        value={value.bytesPerIndex}
        onChange={bytesPerIndex => change({ bytesPerIndex })}
        min={0}
        max={BYTES_MAX}
      />
    </>
  )
}
