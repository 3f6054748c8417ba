import { checkCString, checkObject, outOfRange } from "../arguments.ts";
import { readNumber, writeField } from "../memory/fields.ts";
import { isSockaddr, newSockaddr } from "../memory/sockaddr.ts";
import { memoryOf } from "../memory/structs.ts";
import { readText } from "../memory/text.ts";
import { native } from "../native/native.ts";
import type { Field } from "../native/structs.ts";

const SOCKADDR_ALG = native.structs.sockaddr_alg;
const { fields: ALG } = SOCKADDR_ALG;

/** An algorithm of the kernel's crypto API. */
export interface Algorithm {
  /** "hash", "skcipher", "aead" or "rng". */
  readonly type: string;
  /** As in /proc/crypto: "sha256", "hmac(sha1)", "cbc(aes)". */
  readonly name: string;
  /** `salg_feat`. Default: 0. */
  readonly feat?: number;
  /** `salg_mask`. Default: 0. */
  readonly mask?: number;
}

/**
 * Encodes a `struct sockaddr_alg`, which bind(2) chooses the algorithm of an AF_ALG socket with.
 *
 * @throws TypeError: not text, or with a null byte. RangeError: too long
 * @see https://www.kernel.org/doc/html/latest/crypto/userspace-if.html
 */
export function sockaddrAlg(algorithm: Algorithm): Uint8Array {
  const { type, name, feat = 0, mask = 0 } = checkObject(algorithm, "algorithm");
  const bytes = newSockaddr(native.AF_ALG, SOCKADDR_ALG.sizeof);
  putText(bytes, ALG.type, type, "type");
  putText(bytes, ALG.name, name, "name");
  writeField(bytes, ALG.feat, feat, "feat");
  writeField(bytes, ALG.mask, mask, "mask");
  return bytes;
}

/** Reads a `struct sockaddr_alg`; `null` if `bytes` is not one. */
export function readSockaddrAlg(bytes: Uint8Array): Required<Algorithm> | null {
  if (!isSockaddr(bytes, native.AF_ALG, SOCKADDR_ALG.sizeof)) return null;
  return {
    type: readText(memoryOf(bytes, ALG.type)),
    name: readText(memoryOf(bytes, ALG.name)),
    feat: readNumber(bytes, ALG.feat),
    mask: readNumber(bytes, ALG.mask),
  };
}

function putText(bytes: Uint8Array, { offset, size }: Field, text: string, name: string): void {
  const value = checkCString(text, name);
  // A null byte ends it.
  if (value.length >= size)
    throw outOfRange(name, `shorter than ${String(size)} bytes`, value.length);
  bytes.set(value, offset);
}
