// `stillpoint audit`: the three gates with their real values, and a verdict per VM.
import type { Finding, GateReport, ReadinessReport, VmReadiness } from '../../../shared/model/readiness.ts';
import type { SiteInventory } from '../../../shared/model/site.ts';
import type { Command, CommandOutcome } from '../command.ts';
import { valueOf } from '../failure.ts';
import { allVms } from '../find-vms.ts';
import { plural, table } from '../../../shared/words/format.ts';

export const audit: Command = {
  name: 'audit',
  summary: 'Check the three gates of online backup, per VM, with the evidence',
  details: [
    'Reads the hosts, changes nothing. A VM can be backed up online when three gates pass:',
    '  1. its configuration version is 8.0 or later,',
    '  2. every host that can own it runs Windows Server 2016 or later,',
    '  3. in a cluster: all nodes run the same build, and the functional level has been raised to it.',
    'Commands that are shown are for you to run: some of them cannot be taken back.',
  ],
  options: {},
  examples: [
    { line: 'stillpoint audit', what: 'Gates, VMs, and what is to be done.' },
    { line: 'stillpoint audit --json', what: 'The same for a script.' },
  ],
  run: async ({ withConsole }) =>
    withConsole({}, async (api) => {
      const inventory = valueOf(await api.site.inventory({ refresh: true }));
      return outcomeOf(valueOf(await api.site.gates({})), inventory);
    }),
};

function outcomeOf(report: ReadinessReport, inventory: SiteInventory): CommandOutcome {
  const isAllReady =
    report.unreachable.length === 0 && report.vms.every((vm) => vm.verdict === 'ready' || vm.verdict === 'limited');
  return {
    exitCode: isAllReady ? 0 : 3,
    json: {
      target: report.siteName,
      gates: report.gates,
      vms: report.vms.map(({ hostId, ...vm }) => ({ ...vm, host: hostId })),
      findings: report.findings,
      unreachable: report.unreachable,
    },
    text: auditText(report, inventory),
  };
}

export function auditText(report: ReadinessReport, inventory: SiteInventory): readonly string[] {
  return [
    `Readiness of ${report.siteName} for online backup`,
    '',
    ...report.gates.flatMap(gateLines),
    ...(inventory.site.cluster === undefined ? ['  No cluster: the third gate does not apply.'] : []),
    '',
    ...vmTable(report.vms, inventory),
    ...(report.findings.length === 0 ? [] : ['', 'To do:', ...report.findings.flatMap(findingLines)]),
    '',
    closingLine(report),
  ];
}

const verdictWords = { pass: 'PASS', fail: 'FAIL', unknown: 'UNKNOWN' } as const;

export function gateLines({ title, verdict, summary }: GateReport): readonly string[] {
  return [`  ${verdictWords[verdict].padEnd(8)}${title}`, `          ${summary}`];
}

function vmTable(vms: readonly VmReadiness[], inventory: SiteInventory): readonly string[] {
  const facts = new Map(allVms(inventory).map((vm) => [vm.id, vm]));
  const rows = vms.map((vm) => {
    const fact = facts.get(vm.vmId);
    const state = fact?.state ?? 'unknown';
    const words = vm.findings.length === 0 ? vm.verdict : `${vm.verdict} (${vm.findings.join(', ')})`;
    return [vm.name, vm.hostId, fact?.configurationVersion ?? '', fact?.guest ?? '', state, words];
  });
  return table(['VM', 'HOST', 'VERSION', 'GUEST', 'STATE', 'ONLINE BACKUP'], rows).map((line) => `  ${line}`);
}

function findingLines({ subject, rule, found, needed, why, fix }: Finding): readonly string[] {
  return [
    `  ${subject} (${rule}): found ${found}; needed ${needed}`,
    `    ${why}`,
    ...fix.steps.map((step, index) => `    ${index + 1}. ${step}`),
    ...(fix.command === undefined ? [] : [`       ${fix.command}`]),
    `    ${fix.isReversible ? '' : 'Cannot be taken back. '}${fix.risk}`,
  ];
}

function closingLine({ vms, unreachable }: ReadinessReport): string {
  const ready = vms.filter((vm) => vm.verdict === 'ready').length;
  const limited = vms.filter((vm) => vm.verdict === 'limited').length;
  const withLimits = limited === 0 ? '' : `, ${limited} with limits`;
  const silent = unreachable.length === 0 ? '' : ` ${plural(unreachable.length, 'host')} did not answer.`;
  return `${ready} of ${plural(vms.length, 'VM')} ready for online backup${withLimits}.${silent}`;
}
