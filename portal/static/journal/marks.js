// What was typed or pasted, read as the server reads it: { kind, value }, or null when it is no mark.
const PASSED = /^(зч|зач|зач[её]т)$/, NOT_PASSED = /^(нз|незач|незач[её]т)$/;
// The teacher says that a pupil was away; why (у, б) is the class teacher's to say (INS-3.2.3).
const AWAY = /^[нбу]$|^нб$/, LATE = /^(о|оп)$/;

export function readMark(text) {
  const told = text.trim().toLowerCase();
  if (AWAY.test(told)) return { kind: "attendance", value: "н" };
  if (LATE.test(told)) return { kind: "attendance", value: "оп" };
  if (PASSED.test(told)) return { kind: "mark", value: "зч" };
  if (NOT_PASSED.test(told)) return { kind: "mark", value: "нз" };
  const parts = told.split(/[/\s,]+/).filter(Boolean);
  const isMark = parts.length <= 2 && parts.every((part) => /^[2-5]$/.test(part));
  return isMark ? { kind: "mark", value: parts.join("/") } : null;
}
