// What the console is connected to. Today that is the lab; a host or a cluster will be the same with another port.
import { AppError } from '../../shared/errors/app-error.ts';
import type { TargetView } from '../../shared/ipc/views.ts';
import type { HyperVPort } from '../engine/ports/hyperv.ts';
import type { OffHostPort } from '../engine/ports/off-host.ts';
import type { Lab } from '../lab/index.ts';

export interface Target {
  readonly view: TargetView;
  /** Without the part of off-host mode nobody can look for proxies and snapshot providers. */
  readonly port: HyperVPort & Partial<OffHostPort>;
  /** Only when it is the lab. The engine never sees it. */
  readonly lab?: Lab;
  close(): Promise<void>;
}

export function labTarget(lab: Lab): Target {
  const { folder, scenarioName, port } = lab;
  return {
    view: { kind: 'lab', name: port.siteName, lab: { folder, scenarioName } },
    port,
    lab,
    close: () => lab.close(),
  };
}

/** @throws AppError `console.not-a-lab` */
export function labOf(target: Target): Lab {
  if (target.lab === undefined) throw new AppError('console.not-a-lab', { site: target.view.name });
  return target.lab;
}
