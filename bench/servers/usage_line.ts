/** The processor time of this process so far, as the suite asks for it: see {@link Contender.server}. */
export function usageLine(): string {
  const { user, system } = process.cpuUsage();
  return `${String(user)} ${String(system)}\n`;
}
