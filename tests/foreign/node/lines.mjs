// The lines that the test harness reads, and the count of what passed and failed.

const totals = { passed: 0, failed: 0 };

export class Refused extends Error {}

export const say = (line) => process.stdout.write(`${line.replace(/\s+/g, ' ')}\n`);

/** Runs one check; answers with its value, or undefined after a failure. */
export async function check(what, step) {
  try {
    const value = await step();
    totals.passed += 1;
    say(`ok ${what}`);
    return value ?? true;
  } catch (error) {
    totals.failed += 1;
    say(`FAIL ${what}: ${error instanceof Refused ? error.message : `${error.name} ${error.message}`}`);
    return undefined;
  }
}

export function need(holds, why) {
  if (!holds) throw new Refused(why);
}

/** The last line; without it the harness takes the judge for dead. */
export function finish() {
  say(`judge node: ${totals.passed} passed, ${totals.failed} failed`);
  process.exitCode = totals.failed === 0 ? 0 : 1;
}
