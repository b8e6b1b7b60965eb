import { BUDGET_SCHEMA } from './budgets/budget-table.ts'
import { GROUP_SCHEMA } from './groups/group-store.ts'
import { KEY_AGE_SCHEMA } from './groups/key-age.ts'
import { SEARCH_SCHEMA } from './log/search-table.ts'
import { PLUGIN_USE_SCHEMA } from './log/table/plugin-table.ts'
import { FIRST_LOG_SCHEMA, LOG_PORTIONS_SCHEMA } from './log/table/schema.ts'
import { NAMES_SCHEMA } from './names/registrations.ts'
import { ADDRESS_BOOK_SCHEMA } from './peers/address-book.ts'
import { SHUT_OUT_SCHEMA } from './peers/shut-out.ts'
import { ATTENDANCE_SCHEMA } from './people/attendance.ts'
import { DEVICES_SCHEMA } from './people/devices/devices.ts'
import { HOMECOMING_SCHEMA } from './people/devices/homecoming.ts'
import { RECOVERY_SCHEMA } from './people/recovery/asking.ts'
import { PEOPLE_SCHEMA } from './people/schema.ts'

/** Of the core's own database; see `Store.database`. */
export const CORE_MIGRATIONS = [
  ADDRESS_BOOK_SCHEMA +
    BUDGET_SCHEMA +
    GROUP_SCHEMA +
    FIRST_LOG_SCHEMA +
    SEARCH_SCHEMA +
    NAMES_SCHEMA +
    PEOPLE_SCHEMA +
    DEVICES_SCHEMA +
    HOMECOMING_SCHEMA +
    RECOVERY_SCHEMA +
    SHUT_OUT_SCHEMA,
  PLUGIN_USE_SCHEMA,
  LOG_PORTIONS_SCHEMA,
  ATTENDANCE_SCHEMA,
  KEY_AGE_SCHEMA
]
