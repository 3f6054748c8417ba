import { type Comparison, type Order, isTold } from "../comparisons.ts";

/**
 * What several families say about the same two contenders ("poll" and "epoll", in pollux and in C), as comparisons with
 * the ratios of the first family. At each value, one of the two wins if it does in most families and no other one
 * contradicts that: what one family just cannot tell is told by the others.
 *
 * @returns `undefined` if families contradict each other, but for where exactly the two change places
 */
export function jointComparisons(
  first: readonly Comparison[],
  others: readonly (readonly Comparison[])[],
): Comparison[] | undefined {
  const isKnown = ({ value }: Comparison): boolean => first.some((point) => point.value === value);
  if (!others.flat().every(isKnown)) return undefined;
  const values = first.map(({ value }) =>
    [...first, ...others.flat()].filter((point) => point.value === value),
  );
  const orders = values.map(jointOrder);
  // What a single family tells must be true of the others below or above that value.
  const fits = (order: Order, index: number): boolean =>
    order === "tie" ||
    order ===
      orders
        .slice(0, index + 1)
        .filter(isClear)
        .at(-1) ||
    order === orders.slice(index).find(isClear);
  if (!values.every((all, index) => all.every(({ order }) => fits(order, index)))) return undefined;
  return first.map((point, index) => ({ ...point, order: orders[index]! }));
}

function jointOrder(all: readonly Comparison[]): Order {
  const clear = all.map(({ order }) => order).filter(isClear);
  return clear.find((order) => isTold(all, order)) ?? "tie";
}

function isClear(order: Order): boolean {
  return order !== "tie";
}
