// Sums the results of .ci/run: JSON reports of vitest, or other files whose presence alone means one pass.
// Names what failed, then prints "N passed, M failed" and exits 1 unless M is 0. A report that is missing counts as one
// failure.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const FIRST_LINES = 3;

function countReport(file) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  const failures = report.testResults.flatMap(failuresIn);
  if (failures.length > 0 || report.success) return { passed: report.numPassedTests, failures };
  // Unhandled errors fail a run in which every test passed.
  return { passed: report.numPassedTests, failures: [`${basename(file)}: errors outside tests`] };
}

function failuresIn({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === "failed");
  // A file that fails outside its tests (an import, a hook) has no failed test to be counted by.
  if (failed.length === 0) return status === "failed" ? [`${name}: ${start(message)}`] : [];
  return failed.map((test) => `${name}: ${test.fullName}: ${start(test.failureMessages?.[0])}`);
}

function start(text = "") {
  return text.split("\n").slice(0, FIRST_LINES).join("\n  ");
}

function count(file) {
  if (!existsSync(file)) return { passed: 0, failures: [`${basename(file)}: left no result`] };
  return file.endsWith(".json") ? countReport(file) : { passed: 1, failures: [] };
}

const counts = process.argv.slice(2).map(count);
const passed = counts.reduce((sum, entry) => sum + entry.passed, 0);
const failures = counts.flatMap((entry) => entry.failures);
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
