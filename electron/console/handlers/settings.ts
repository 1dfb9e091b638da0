// settings.*: how the window looks, and how much a run does at once.
import type { ConsoleHandlers } from '../../../shared/ipc/contract.ts';
import type { HandlerContext } from './handler-context.ts';

export function settingsHandlers({ settings, events }: HandlerContext): ConsoleHandlers['settings'] {
  return {
    change: async (change) => {
      await settings.change(change);
      events.emit({ type: 'settings', settings: settings.view });
      return settings.view;
    },
  };
}
