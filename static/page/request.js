// Asks the server for a draw. Our own request, because DataTables' says nothing when the connection
// is lost, hides the sentence of a failure, and leaves its indicator on. POST: gunicorn reads at most
// 4,094 characters of a URL.

const table = document.getElementById('users');
const address = new URL('api/users', document.baseURI);
let pending;

// Ask a question; call answered(answer, cost) or failed(sentence). What was asked before is dropped:
// it must not answer late.
export function ask(question, answered, failed) {
  pending?.abort();
  const mine = pending = new AbortController(), started = performance.now();
  const limit = setTimeout(() => mine.abort('late'), 60_000);
  table.setAttribute('aria-busy', 'true');
  post(question, mine.signal)
    .then(async response => {
      const text = await response.text();
      const answer = parsed(text);
      if (mine !== pending) return;
      if (!answer?.data || answer.error) throw new Sentence(answer?.error ?? `No readable answer (HTTP ${response.status}).`);
      answered(answer, { ...timing(response), bytes: size(response, text), started });
    })
    .catch(error => {
      if (mine !== pending) return;
      failed(error instanceof Sentence ? error.message : 'The server cannot be reached.');
      if (!(error instanceof Sentence || error instanceof TypeError || error.name === 'AbortError' || error === 'late')) console.error(error);
    })
    .finally(() => {
      clearTimeout(limit);
      if (mine === pending) table.setAttribute('aria-busy', 'false');
    });
}

export const post = (question, signal) => fetch(address, {
  method: 'POST', signal, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(question),
});

class Sentence extends Error {}

function parsed(text) {
  try { return JSON.parse(text); } catch { return null; }
}

// Server-Timing: db;dur=3.1;desc="1 statement", total;dur=4.0
function timing(response) {
  const stages = [...(response.headers.get('Server-Timing') ?? '').matchAll(/([\w-]+)((?:\s*;\s*\w+=(?:"[^"]*"|[^;,]*))*)/g)]
    .map(([, name, rest]) => ({
      name, ms: Number(/dur=([\d.]+)/.exec(rest)?.[1]), what: /desc="?([^";]*)/.exec(rest)?.[1] ?? '',
    })).filter(stage => !Number.isNaN(stage.ms));
  return { stages, db: stages.find(stage => stage.name === 'db'), total: stages.find(stage => stage.name === 'total') };
}

const size = (response, text) => Number(response.headers.get('Content-Length')) || new Blob([text]).size;
