import { checkView, invalidArgValue } from "../../arguments.ts";
import { bytesOf, UINT32, writeField } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import type {
  AlgorithmOperation,
  AssociatedData,
  InitializationVector,
  RawControlMessage,
} from "../messages.ts";

const level = sys.SOL_ALG;
const { af_alg_iv: IV } = sys.structs;

/** Encodes the control messages of AF_ALG. */
export function encodeAlg(
  message: AlgorithmOperation | InitializationVector | AssociatedData,
): RawControlMessage {
  switch (message.type) {
    case "ALG_SET_OP":
      return { level, type: sys.ALG_SET_OP, data: encodeOperation(message) };
    case "ALG_SET_IV":
      return { level, type: sys.ALG_SET_IV, data: encodeVector(message) };
    case "ALG_SET_AEAD_ASSOCLEN": {
      const data = bytesOf(UINT32, message.sizeBytes, "sizeBytes");
      return { level, type: sys.ALG_SET_AEAD_ASSOCLEN, data };
    }
  }
}

function encodeOperation({ op }: AlgorithmOperation): Uint8Array {
  if (op !== sys.ALG_OP_ENCRYPT && op !== sys.ALG_OP_DECRYPT) {
    throw invalidArgValue("op", "ALG_OP_ENCRYPT or ALG_OP_DECRYPT", op);
  }
  return bytesOf(UINT32, op, "op");
}

function encodeVector(message: InitializationVector): Uint8Array {
  const iv = checkView(message.iv, "iv");
  const data = new Uint8Array(IV.sizeof + iv.length);
  writeField(data, IV.fields.ivlen, iv.length, "iv");
  data.set(iv, IV.sizeof);
  return data;
}
