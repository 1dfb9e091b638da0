// lab.*: what can be seen and done in the simulated site alone.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import { labOf } from '../target.ts';
import type { HandlerContext } from './handler-context.ts';

export function labHandlers({ target }: HandlerContext): ConsoleHandlers['lab'] {
  return {
    status: async () => labOf(target).status(),
    startGuests: async () => {
      const lab = labOf(target);
      lab.startGuests();
      return lab.status();
    },
    stopGuests: async () => {
      const lab = labOf(target);
      await lab.stopGuests();
      return lab.status();
    },
    createForeignCheckpoint: async ({ vmId, name }) => ({
      checkpointId: await labOf(target).operations.createForeignCheckpoint(vmId, name),
    }),
  };
}
