// The numbers of a plan in one place. Limits follow what other off-host products document; the reserve is the product's.
import type { PlanSettings } from '../../../shared/model/backup-plan.ts';
import { defaultEngineSettings } from '../run/settings.ts';

export const defaultPlanSettings: PlanSettings = {
  modePolicy: 'fail',
  vmsPerSnapshot: { software: 4, hardware: 8 },
  snapshotsPerVolume: 4,
  disksAtOncePerHost: 4,
  disksAtOncePerProxy: 4,
  vmsAtOnce: defaultEngineSettings.vmsAtOnce,
  vmsPerHost: defaultEngineSettings.vmsPerHost,
  reserveFraction: 0.1,
  reserveLeastBytes: 4 * 1024 ** 3,
  // From one slow hard disk over gigabit Ethernet to flash over ten gigabit.
  assumedReadBytesPerSecond: { slowest: 50 * 1024 ** 2, fastest: 500 * 1024 ** 2 },
};
