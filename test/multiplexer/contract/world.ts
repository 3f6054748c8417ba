import { expect } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { isSystemError } from "../../../lib/errors.ts";
import { type Multiplexer, READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import { drain, expectSame, fill } from "./fixture.ts";

const PLACES = 4;
const MAX_BYTES = 20;
const SMALL_BUFFER = 4096;

/** One end of a connection, which several places may have open, and its peer. */
class File {
  readonly peer: Socket;
  holders = 0;
  bytes = 0;
  full = false;
  hungUp = false;

  constructor(peer: Socket) {
    this.peer = peer;
  }

  get ready(): number {
    const readable = this.bytes > 0 || this.hungUp ? READABLE : 0;
    return readable | (this.full && !this.hungUp ? 0 : WRITABLE);
  }

  release(): void {
    if (--this.holders === 0) this.peer.close();
  }
}

/** One descriptor that a program has, or has had. */
interface Place {
  owner: Descriptor;
  file: File | null;
  /** Whether it is watched by its bare number: then it is removed before it is closed. */
  bare: boolean;
  /** What the model says it is watched for; `undefined` where it is not. */
  interest: number | undefined;
}

/** Multiplexers that are told the same, and a plain table of what they should report. */
export class World implements Disposable {
  readonly muxes: readonly Multiplexer<string>[];
  readonly #places: Place[];

  constructor(muxes: readonly Multiplexer<string>[]) {
    this.muxes = muxes;
    this.#places = Array.from({ length: PLACES }, () => newPlace());
  }

  /** What each multiplexer is to report now. */
  get expected(): Map<number, number> {
    const entries = this.#places.map(({ owner, file, interest = 0 }): [number, number] => [
      owner.fd,
      (file?.ready ?? 0) & interest,
    ]);
    return new Map(entries.filter(([, events]) => events !== 0));
  }

  run([action, index, interest, flag]: Command): void {
    const place = this.#places[index]!;
    const other = this.#places[(index + 1) % PLACES]!;
    ACTIONS[action](this, place, { interest, flag, other });
    for (const mux of this.muxes) {
      for (const { owner, file, interest: watched } of this.#places) {
        if (!file) continue;
        expectSame(mux.get(owner)?.interest, watched);
        expectSame(mux.has(owner), watched !== undefined);
        if (watched !== undefined) expectSame(mux.get(owner.fd)?.interest, watched);
      }
    }
  }

  /** Calls each multiplexer, all of which have to answer the same. */
  all(call: (mux: Multiplexer<string>) => unknown, ...codes: (string | undefined)[]): void {
    for (const mux of this.muxes) {
      const code = codeOf(() => call(mux));
      if (!codes.includes(code)) expect(codes).toContain(code);
    }
  }

  [Symbol.dispose](): void {
    for (const place of this.#places) ACTIONS.close(this, place);
    for (const mux of this.muxes) mux.close();
  }
}

export type Command = readonly [
  action: keyof typeof ACTIONS,
  place: number,
  interest: number,
  flag: boolean,
];

interface Details {
  readonly interest: number;
  readonly flag: boolean;
  readonly other: Place;
}

export const ACTIONS = {
  open(_: World, place: Place): void {
    if (!place.file) Object.assign(place, newPlace());
  },
  /** Opens the same file once more, under another number. */
  dup(_: World, { owner, file }: Place, { other }: Details): void {
    if (!file || other.file) return;
    file.holders++;
    other.owner = new Descriptor(sys.fcntl(owner.fd, sys.F_DUPFD_CLOEXEC));
    other.file = file;
  },
  add(world: World, place: Place, { interest, flag }: Details): void {
    const { owner, file } = place;
    const code = file ? (place.interest === undefined ? undefined : "EEXIST") : "EBADF";
    world.all((mux) => mux.add(flag ? owner.fd : owner, interest), code);
    if (code !== undefined) return;
    place.interest = interest;
    place.bare = flag;
  },
  modify(world: World, place: Place, { interest, flag }: Details): void {
    const { owner, file } = place;
    const known = file && place.interest !== undefined;
    const codes = known ? [undefined] : file && !flag ? ["ENOENT"] : GONE;
    world.all((mux) => mux.modify(flag ? owner.fd : owner, interest), ...codes);
    if (known) place.interest = interest;
  },
  remove(world: World, place: Place, { flag }: Details): void {
    const target = flag ? place.owner.fd : place.owner;
    for (const mux of world.muxes) {
      const removed = mux.remove(target);
      if (place.file && target === place.owner) expectSame(removed, place.interest !== undefined);
    }
    place.interest = undefined;
  },
  write(_: World, { file }: Place): void {
    if (!file || file.hungUp || file.bytes === MAX_BYTES) return;
    file.peer.send(Buffer.from("x"));
    file.bytes++;
  },
  read(_: World, { owner, file }: Place): void {
    // After the peer has closed with something unread it is ECONNRESET, once.
    const code = file && codeOf(() => sys.recv(owner.fd, new Uint8Array(1)));
    if (file && code === undefined) file.bytes = Math.max(0, file.bytes - 1);
  },
  /** Sends until nothing more fits. */
  stuff(_: World, { owner, file }: Place): void {
    if (!file || file.hungUp || !(owner instanceof Socket)) return;
    fill(owner);
    file.full = true;
  },
  relieve(_: World, { file }: Place): void {
    if (!file || file.hungUp) return;
    drain(file.peer);
    file.full = false;
  },
  hangUp(_: World, { file }: Place): void {
    if (!file) return;
    file.peer.close();
    file.hungUp = true;
  },
  close(world: World, place: Place): void {
    if (!place.file) return;
    if (place.bare) for (const mux of world.muxes) mux.remove(place.owner.fd);
    place.owner.close();
    place.file.release();
    place.file = null;
    place.interest = undefined;
    place.bare = false;
  },
  /** The next file gets the number that was closed. */
  reuse(world: World, place: Place): void {
    ACTIONS.close(world, place);
    ACTIONS.open(world, place);
  },
};

/** What is closed, or had this number and is, may be forgotten already or be found just now. */
const GONE = ["EBADF", "ENOENT"];

function newPlace(): Place {
  const [owner, peer] = Socket.pair();
  owner.setOption(sys.SOL_SOCKET, sys.SO_SNDBUF, SMALL_BUFFER);
  const file = new File(peer);
  file.holders = 1;
  return { owner, file, bare: false, interest: undefined };
}

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code;
  }
}
