/** The roles that auth-service assigns (docs/contract.md, *Who may do what*). */
export const ROLES = [
  'student',
  'student_patrol',
  'student_head',
  'educator',
  'educator_head',
  'admin',
] as const;

export type Role = (typeof ROLES)[number];

export function isRole(word: string): word is Role {
  return ROLES.some((role) => role === word);
}
