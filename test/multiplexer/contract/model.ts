import fc from "fast-check";
import { isSystemError } from "../../../lib/errors.ts";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, drain, expectSame } from "./fixture.ts";

const PLACES = 5;

interface Place {
  here: Socket;
  there: Socket;
  fed: boolean;
  /** What the model says it is watched for; `undefined` where it is not. */
  interest: number | undefined;
}

type Step = readonly [action: keyof typeof ACTIONS, place: number, interest: number];

const ACTIONS = {
  add(fixture: Fixture, place: Place, interest: number): void {
    const expected = place.interest === undefined ? undefined : "EEXIST";
    expectSame(
      codeOf(() => fixture.mux.add(place.here, interest)),
      expected,
    );
    place.interest ??= interest;
  },
  modify(fixture: Fixture, place: Place, interest: number): void {
    const expected = place.interest === undefined ? "ENOENT" : undefined;
    expectSame(
      codeOf(() => fixture.mux.modify(place.here, interest)),
      expected,
    );
    if (expected === undefined) place.interest = interest;
  },
  remove(fixture: Fixture, place: Place): void {
    expectSame(fixture.mux.remove(place.here), place.interest !== undefined);
    place.interest = undefined;
  },
  feed(_: Fixture, place: Place): void {
    place.there.send(Buffer.from("x"));
    place.fed = true;
  },
  drain(_: Fixture, place: Place): void {
    drain(place.here);
    place.fed = false;
  },
  replace(fixture: Fixture, place: Place): void {
    place.here.close();
    place.there.close();
    Object.assign(place, newPlace(fixture));
  },
  replaceAfterRemove(fixture: Fixture, place: Place): void {
    place.here.close();
    expectSame(fixture.mux.remove(place.here), false); // it has left by itself
    place.there.close();
    Object.assign(place, newPlace(fixture));
  },
};

export function describeModel(claim: Claim): void {
  claim("has, and reports, what a plain table says it should", (fixture) => {
    const place = fc.nat(PLACES - 1);
    const interest = fc.constantFrom(0, READABLE, WRITABLE, READABLE | WRITABLE);
    const action = fc.constantFrom(...(Object.keys(ACTIONS) as Step[0][]));
    const step = fc.tuple(action, place, interest);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = new FixtureRun(fixture);
        run.all(steps);
      }),
      { numRuns: 60 },
    );
  });
}

class FixtureRun {
  readonly #fixture: Fixture;

  constructor(fixture: Fixture) {
    this.#fixture = fixture;
  }

  all(steps: readonly Step[]): void {
    const places = Array.from({ length: PLACES }, () => newPlace(this.#fixture));
    for (const [action, index, interest] of steps) {
      ACTIONS[action](this.#fixture, places[index]!, interest);
      for (const { here, interest: watched } of places) {
        expectSame(this.#fixture.mux.has(here), watched !== undefined);
      }
      expectSame(this.#fixture.readyNow(), expected(places));
    }
    for (const { here, there } of places) {
      this.#fixture.mux.remove(here);
      here.close();
      there.close();
    }
  }
}

function newPlace(fixture: Fixture): Place {
  const [here, there] = fixture.pair();
  return { here, there, fed: false, interest: undefined };
}

function expected(places: readonly Place[]): Map<number, number> {
  return new Map(
    places.flatMap(({ here, fed, interest = 0 }): [number, number][] => {
      const events = interest & (WRITABLE | (fed ? READABLE : 0));
      return events === 0 ? [] : [[here.fd, events]];
    }),
  );
}

function codeOf(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code;
  }
}
