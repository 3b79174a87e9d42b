// Sums the results of .ci/run: JSON reports of vitest, or other files whose presence alone means one pass.
// Prints "N passed, M failed" and exits 1 unless M is 0. A report that is missing counts as one failure.
import { existsSync, readFileSync } from "node:fs";

function countReport(file) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  // A file that fails outside its tests (an import, a hook) has no failed test to be counted by.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  // Unhandled errors fail a run in which every test passed.
  return { passed: report.numPassedTests, failed: report.success ? failed : Math.max(failed, 1) };
}

function count(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  return file.endsWith(".json") ? countReport(file) : { passed: 1, failed: 0 };
}

const counts = process.argv.slice(2).map(count);
const passed = counts.reduce((sum, entry) => sum + entry.passed, 0);
const failed = counts.reduce((sum, entry) => sum + entry.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
