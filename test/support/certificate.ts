import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Files of the same, for other programs. */
  readonly keyFile: string;
  readonly certFile: string;
}

/** A self-signed certificate of "localhost", made by openssl(1) for the tests of this file. */
export function certificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "pollux-tls-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", [...args.split(" "), ...subject, "-keyout", keyFile, "-out", certFile], {
    stdio: "ignore",
  });
  const [key, cert] = [readFileSync(keyFile, "utf8"), readFileSync(certFile, "utf8")];
  return { key, cert, keyFile, certFile };
}
