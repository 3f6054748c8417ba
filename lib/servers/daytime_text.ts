const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = [
  ...(["Jan", "Feb", "Mar", "Apr", "May", "Jun"] as const),
  ...(["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const),
] as const;

/**
 * The answer of a daytime server: `"%.24s\r\n"` of ctime(3), the local time.
 *
 * @param time - now by default
 */
export function daytimeText(time = new Date()): string {
  return `${ctime(time).slice(0, 24)}\r\n`;
}

/** ctime(3) without its line end, as C writes it: "%.3s %.3s%3d %.2d:%.2d:%.2d %d". */
function ctime(time: Date): string {
  const [day, month] = [DAYS[time.getDay()], MONTHS[time.getMonth()]];
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()];
  const [dayOfMonth, year] = [String(time.getDate()).padStart(3), String(time.getFullYear())];
  return `${day} ${month}${dayOfMonth} ${clock.map(twoDigits).join(":")} ${year}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
