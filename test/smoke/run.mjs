// Runs the claims of one file, from one on:  RUNTIME run.mjs FILE [FIRST]
// Prints a line of JSON before and after each, so that a caller knows which one ended the process or did not end.
import { pathToFileURL } from "node:url";
import { allClaims, cleaner } from "./suite.mjs";

const LIMIT_MS = 20_000;
const [file, first = "0"] = process.argv.slice(2);
const tell = (line) => console.log(JSON.stringify(line));

function limited(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("took too long")), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function attempt(prove) {
  const cleaning = cleaner();
  try {
    await limited((async () => prove(cleaning))());
  } finally {
    await cleaning.clean();
  }
}

// Of what no claim awaits.
const failures = [];
process.on("uncaughtException", (error) => failures.push(error));
process.on("unhandledRejection", (error) => failures.push(error));

await import(pathToFileURL(file).href);
for (const [index, { title, prove }] of allClaims().entries()) {
  if (index < Number(first)) continue;
  tell({ index, title });
  try {
    await attempt(prove);
    if (failures.length > 0) throw failures.pop();
    tell({ index, title, state: "pass" });
  } catch (error) {
    const { message = String(error) } = error ?? {};
    tell({
      index,
      title,
      state: "fail",
      error: String(message).replaceAll(/\s+/g, " ").slice(0, 300),
    });
  }
}
process.exit();
