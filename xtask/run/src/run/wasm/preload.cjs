// Node loads this before the wasm test harness. It marks the harness's own lines with a secret that
// the code under test never sees, and keeps that code from ending the process: without it, a test
// could print a forged transcript and exit with 0.
'use strict';

const { writeSync } = require('fs');

const secret = process.env.WORKBOOK_WASM_SECRET ?? '';
delete process.env.WORKBOOK_WASM_SECRET;

function callers() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const holder = {};
  Error.captureStackTrace(holder, callers);
  Error.stackTraceLimit = limit;
  return String(holder.stack);
}

// Standard output may be a full pipe: go on until all is out.
function writeAll(text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

// The harness keeps this console.log for its own lines before it wraps the console for the tests.
console.log = (...args) => {
  const stack = callers();
  const harness = /__wbg___wbgtest_og_console_log/.test(stack) && !/eval at|<anonymous>:|snippets/.test(stack);
  const mark = harness ? secret : '';
  const lines = args.map(String).join(' ').split('\n');
  writeAll(lines.map((line) => mark + line + '\n').join(''));
};

for (const name of ['exit', 'reallyExit', 'abort', 'kill', '_kill', 'dlopen', 'binding', '_linkedBinding']) {
  const original = process[name];
  if (!original) continue;
  const guarded = function (...args) {
    if (/wasm:\/\/|eval at|<anonymous>:|snippets/.test(callers())) {
      throw new Error(`the code under test called process.${name}(${args.join(', ')})`);
    }
    return original.apply(this, args);
  };
  Object.defineProperty(process, name, { configurable: false, writable: false, value: guarded });
}
