// The AVHDX fuse of one run: what the looks at its VMs say about the volumes they share, and when a volume has so little
// room left that everything of this run on it must be merged now. Keeps what was seen; judge-room.ts judges.
import { AppError } from '../../../shared/errors/app-error.ts';
import type { DiskSlot, HostId, VmId } from '../../../shared/model/ids.ts';
import type { HostInventory, SiteFacts, VmFacts } from '../../../shared/model/site.ts';
import { siteVolumes, type SiteVolume } from '../plan/site-volumes.ts';
import type { Clock } from '../ports/clock.ts';
import type { VmStatus } from '../ports/hyperv.ts';
import { isCheckpointFile } from './disk-paths.ts';
import { assumedParentBlockBytes, judgeRoom, type RoomJudgement, type StandingDisk } from './judge-room.ts';
import type { EngineSettings } from './settings.ts';
import { VolumeRoom } from './volume-room.ts';

/** What the runs of one engine have learnt, for those after them. */
export interface FuseMemory {
  /** How fast the checkpoint files of a VM grew the last time. */
  readonly bytesPerSecond: Map<VmId, number>;
  /** Of the disk files that were opened, by VM and slot: how much one write can make them grow. */
  readonly blockBytes: Map<string, number>;
}

export function newFuseMemory(): FuseMemory {
  return { bytesPerSecond: new Map(), blockBytes: new Map() };
}

/** For a forecast only: how fast a disk is read where nothing was measured. */
const assumedReadBytesPerSecond = 100 * 1024 ** 2;

export interface FuseMember {
  readonly vm: VmFacts;
  /** Ends the VM's backup and has it merged; only told when the VM can still be stopped. */
  readonly blow: (error: AppError<'engine.fuse-blown'>) => void;
}

interface MemberDisk {
  readonly volumeId: string;
  readonly headroomBytes: number;
  parentBlockBytes: number;
  fileSizeBytes: number;
}

interface Member extends FuseMember {
  readonly disks: ReadonlyMap<DiskSlot, MemberDisk>;
  first?: { readonly atMs: number; readonly bytes: number };
  last?: { readonly atMs: number; readonly bytes: number };
}

export class RunFuse {
  readonly #clock: Clock;
  readonly #settings: EngineSettings;
  readonly #memory: FuseMemory;
  readonly #members = new Map<VmId, Member>();
  readonly #rooms = new Map<string, VolumeRoom>();

  constructor(clock: Clock, settings: EngineSettings, memory: FuseMemory) {
    this.#clock = clock;
    this.#settings = settings;
    this.#memory = memory;
  }

  /**
   * Takes a VM in, before anything is asked of its host. Returns what its room is likely not to last for.
   * @throws AppError `engine.no-room`, `engine.volume-closed`
   */
  begin(member: FuseMember, inventory: HostInventory, site: SiteFacts): readonly AppError[] {
    const volumes = siteVolumes(
      { site, hosts: [inventory], unreachable: [], readAtMs: this.#clock.nowMs() },
      undefined,
    );
    const { vm } = member;
    const found = new Map<string, SiteVolume>();
    const disks = new Map<DiskSlot, MemberDisk>();
    for (const { slot, path, sizeBytes, fileSizeBytes } of vm.drives) {
      const volume = volumes.volumeOf(vm.hostId, path);
      // A volume nobody told of can only be watched from the first look on.
      const volumeId = volume?.volumeId ?? unknownVolumeId(vm.hostId, path);
      if (volume !== undefined) found.set(volumeId, volume);
      const isKnown = sizeBytes !== undefined && fileSizeBytes !== undefined;
      const headroomBytes = isKnown ? Math.max(0, sizeBytes - fileSizeBytes) + tableGrowthBytes : Infinity;
      const parentBlockBytes = this.#memory.blockBytes.get(`${vm.id} ${slot}`) ?? assumedParentBlockBytes;
      disks.set(slot, { volumeId, headroomBytes, parentBlockBytes, fileSizeBytes: 0 });
    }
    this.#members.set(vm.id, { ...member, disks });
    try {
      return [...found.values()].flatMap((volume) => this.#admit(vm, volume));
    } catch (error) {
      this.#members.delete(vm.id);
      throw error;
    }
  }

  /** The frozen file has been opened: what it grows by is known now. */
  learn(vmId: VmId, slot: DiskSlot, parentBlockBytes: number): void {
    const disk = this.#members.get(vmId)?.disks.get(slot);
    if (disk !== undefined) disk.parentBlockBytes = parentBlockBytes;
    this.#memory.blockBytes.set(`${vmId} ${slot}`, parentBlockBytes);
  }

  /** Keeps what a look showed. */
  saw(vmId: VmId, { vm, growth }: VmStatus): void {
    const member = this.#members.get(vmId);
    if (member === undefined) return;
    const atMs = this.#clock.nowMs();
    for (const file of growth) {
      const slot = vm.drives.find((drive) => drive.path === file.path)?.slot;
      const disk = slot === undefined ? undefined : member.disks.get(slot);
      if (disk === undefined || !isCheckpointFile(file.path)) continue;
      disk.fileSizeBytes = file.fileSizeBytes;
      this.#roomOf(disk.volumeId, file.path, undefined).saw(atMs, file.freeBytes);
    }
    const bytes = [...member.disks.values()].reduce((sum, disk) => sum + disk.fileSizeBytes, 0);
    if (growth.length === 0) return;
    member.first ??= { atMs, bytes };
    // A merge takes files away: what they had grown to by then is what counts.
    if (bytes >= (member.last?.bytes ?? 0)) member.last = { atMs, bytes };
  }

  /**
   * Judges the volumes of a VM by what is known now, also when the last look failed: what is not seen is reckoned from
   * what was. Blows where there is no time left; otherwise says when to look again, in milliseconds.
   */
  judge(vmId: VmId): number {
    const member = this.#members.get(vmId);
    const volumeIds = new Set([...(member?.disks.values() ?? [])].map((disk) => disk.volumeId));
    const looks = [...volumeIds].map((volumeId) => {
      const room = this.#rooms.get(volumeId);
      if (room === undefined || room.isClosed) return this.#settings.growthPollMs;
      const judgement = this.#judge(volumeId, room);
      if (judgement.verdict !== 'enough') this.#blow(volumeId, room, judgement);
      return judgement.nextLookMs;
    });
    return Math.min(this.#settings.growthPollMs, ...looks);
  }

  /** Nothing of this VM stands any more. */
  end(vmId: VmId): void {
    const { first, last } = this.#members.get(vmId) ?? {};
    this.#members.delete(vmId);
    if (first === undefined || last === undefined || last.atMs - first.atMs < leastMeasuredMs) return;
    this.#memory.bytesPerSecond.set(vmId, Math.max(0, ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000));
  }

  #admit(vm: VmFacts, volume: SiteVolume): readonly AppError[] {
    const room = this.#roomOf(volume.volumeId, volume.path, volume.sizeBytes);
    room.saw(this.#clock.nowMs(), volume.freeBytes);
    const words = { vm: vm.name, host: vm.hostId, volume: volume.path };
    if (room.isClosed) throw new AppError('engine.volume-closed', words);
    const judgement = this.#judge(volume.volumeId, room);
    const { reserveBytes, neededBytes } = judgement;
    const { freeBytes, sizeBytes } = volume;
    const isUnder = judgement.verdict === 'under';
    const figures = { freeBytes, sizeBytes, reserveBytes: Math.ceil(reserveBytes), neededBytes, isUnder };
    if (judgement.verdict !== 'enough') throw new AppError('engine.no-room', { ...words, ...figures });
    return this.#forecast(vm, volume, judgement);
  }

  #forecast(vm: VmFacts, volume: SiteVolume, { reserveBytes, neededBytes }: RoomJudgement): readonly AppError[] {
    const members = [...this.#members.values()].filter(({ disks }) => isOn(disks, volume.volumeId));
    const known = members.flatMap((member) => this.#memory.bytesPerSecond.get(member.vm.id) ?? []);
    const bytesPerSecond = known.reduce((sum, rate) => sum + rate, 0);
    const toRead = vm.drives.reduce((sum, drive) => sum + (drive.fileSizeBytes ?? 0), 0);
    const seconds = toRead / assumedReadBytesPerSecond;
    if (volume.freeBytes - reserveBytes >= neededBytes + bytesPerSecond * seconds) return [];
    const words = { vm: vm.name, host: vm.hostId, volume: volume.path };
    const figures = { freeBytes: volume.freeBytes, reserveBytes: Math.ceil(reserveBytes) };
    const forecast = { bytesPerSecond: Math.round(bytesPerSecond), seconds: Math.round(seconds) };
    return [new AppError('engine.room-forecast', { ...words, ...figures, ...forecast })];
  }

  #judge(volumeId: string, room: VolumeRoom): RoomJudgement {
    const disks = [...this.#members.values()].flatMap((member) => standingOn(member.disks, volumeId));
    const nowMs = this.#clock.nowMs();
    const { bytesPerSecond } = room;
    const sight = { sizeBytes: room.sizeBytes, freeBytes: room.freeBytesAt(nowMs), disks, bytesPerSecond };
    const { growthPollMs, growthLeastPollMs, fuse } = this.#settings;
    const looks = { leastMs: Math.min(growthLeastPollMs, growthPollMs), mostMs: growthPollMs };
    return judgeRoom(sight, fuse, looks);
  }

  #blow(volumeId: string, room: VolumeRoom, { reserveBytes, neededBytes }: RoomJudgement): void {
    room.isClosed = true;
    const figures = {
      volume: room.path,
      freeBytes: Math.round(room.freeBytesAt(this.#clock.nowMs())),
      reserveBytes: Math.ceil(reserveBytes),
      neededBytes,
      bytesPerSecond: Math.round(room.bytesPerSecond ?? 0),
    };
    for (const { vm, disks, blow } of this.#members.values())
      if (isOn(disks, volumeId)) blow(new AppError('engine.fuse-blown', { vm: vm.name, host: vm.hostId, ...figures }));
  }

  #roomOf(volumeId: string, path: string, sizeBytes: number | undefined): VolumeRoom {
    const known = this.#rooms.get(volumeId);
    if (known !== undefined) return known;
    const room = new VolumeRoom(path, sizeBytes);
    this.#rooms.set(volumeId, room);
    return room;
  }
}

/** A dynamic file is larger than its virtual size by its own tables, once all of it is allocated. */
const tableGrowthBytes = 8 * 1024 ** 2;
const leastMeasuredMs = 1000;

function unknownVolumeId(hostId: HostId, path: string): string {
  return `unknown|${hostId}|${path.slice(0, Math.max(0, path.lastIndexOf('\\'))).toLowerCase()}`;
}

function isOn(disks: ReadonlyMap<DiskSlot, MemberDisk>, volumeId: string): boolean {
  return [...disks.values()].some((disk) => disk.volumeId === volumeId);
}

function standingOn(disks: ReadonlyMap<DiskSlot, MemberDisk>, volumeId: string): readonly StandingDisk[] {
  return [...disks.values()].filter((disk) => disk.volumeId === volumeId);
}
