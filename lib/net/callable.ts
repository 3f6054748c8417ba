/**
 * Lets a class be called without `new`, as the constructors of node:net can be: `Socket(options)` makes one, and
 * `Server.call(this, options)`, which node:http does, initialises `this`.
 *
 * @param name - of the class, for `constructor.name`
 * @param initialise - makes what the constructor would make, on an object of a class that inherits in the old way
 */
export function callable<C extends new (...args: never[]) => object>(
  name: string,
  constructor: C,
  initialise: (self: InstanceType<C>, args: ConstructorParameters<C>) => void,
): C {
  const callableClass: C = new Proxy(constructor, {
    // With a proxy as `new.target`, V8 gives each object a hidden class of its own, and every access to one misses its cache.
    construct(target, args: ConstructorParameters<C>, newTarget): object {
      const derived = newTarget === callableClass ? target : newTarget;
      const made: unknown = Reflect.construct(target, args, derived);
      if (!isInstance(made, constructor)) throw new TypeError("not made by its constructor");
      return made;
    },
    apply(_target, self: unknown, args: ConstructorParameters<C>): unknown {
      if (!isInstance(self, constructor)) return Reflect.construct(callableClass, args);
      initialise(self, args);
      return undefined;
    },
  });
  Object.defineProperty(constructor, "name", { value: name });
  const { prototype } = constructor;
  Object.defineProperty(prototype, "constructor", { value: callableClass });
  return callableClass;
}

function isInstance<C extends new (...args: never[]) => object>(
  value: unknown,
  constructor: C,
): value is InstanceType<C> {
  return value instanceof constructor;
}
