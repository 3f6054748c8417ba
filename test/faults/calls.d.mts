export const CODE: "ENOANO";
export const WITHOUT: Readonly<Record<string, string>>;
