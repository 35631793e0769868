import { loadFunction } from './load-function.ts';

/** What Lambda loads, and calls for each event. It opens the function by being imported: that is a function's init. */
export const handler = await loadFunction(import.meta.dirname).entry.openHandler();
