// What the page needs a script for: opening what an address leads to, and trying an operation.
const SHOWN = 12_000, READ = 200_000; // characters shown of an answer; bytes read before it is cut

function reveal() {
  const entry = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (entry?.tagName !== 'DETAILS') return;
  entry.open = true;
  entry.scrollIntoView();
}
addEventListener('hashchange', reveal);
reveal();

for (const section of document.querySelectorAll('.try')) {
  section.hidden = false;
  const send = section.querySelector('.send');
  send.addEventListener('click', () => attempt(section));
  section.querySelector('.curl').addEventListener('click', ({ target }) => copy(section, target));
  section.querySelector('textarea')?.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send.click();
  });
}

// {columns: [{data: 'name'}]} is columns[0][data]=name.
const pairs = (value, name = '') => value !== null && typeof value === 'object'
  ? Object.entries(value).flatMap(([key, inner]) => pairs(inner, name ? `${name}[${key}]` : key))
  : [[name, String(value ?? '')]];

function composed(section) {
  const { method, path } = section.dataset, typed = section.querySelector('textarea')?.value;
  const question = typed && JSON.parse(typed), get = method === 'get';
  const query = get && question ? `?${new URLSearchParams(pairs(question))}` : '';
  return { method: method.toUpperCase(), address: path + query, body: get ? undefined : JSON.stringify(question) };
}

async function attempt(section) {
  try {
    const { method, address, body } = composed(section);
    section.setAttribute('aria-busy', true);
    const started = performance.now();
    const response = await fetch(address, { method, body, headers: body ? { 'Content-Type': 'application/json' } : {} });
    const [text, cut] = await read(response);
    const timing = response.headers.get('Server-Timing')?.match(/total;dur=([\d.]+)/);
    const times = [`${Math.round(performance.now() - started)} ms here`, timing && `${timing[1]} ms on the server`];
    say(section, [response.status, ...times, response.headers.get('Content-Type')], response.ok);
    show(section, text, cut);
  } catch (error) {
    say(section, [error instanceof SyntaxError ? `The request is not JSON: ${error.message}` : 'The server cannot be reached.'], false);
    show(section, '', false);
  }
  section.removeAttribute('aria-busy');
}

// An export may have any length: what is not shown is not fetched.
async function read(response) {
  if (response.headers.get('Content-Type')?.includes('spreadsheet')) {
    response.body.cancel();
    return ['A file, not shown here.', false];
  }
  const decoder = new TextDecoder(), reader = response.body.getReader();
  let text = '', bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return [text + decoder.decode(), false];
    text += decoder.decode(value, { stream: true });
    bytes += value.length;
    if (bytes > READ) { reader.cancel(); return [text, true]; }
  }
}

function say(section, parts, good) {
  const place = section.querySelector('.answer'), words = place.querySelector('p');
  place.hidden = false;
  words.className = `figures ${good ? 'good' : 'bad'}`;
  words.textContent = parts.filter(Boolean).join(' · ');
}

function show(section, text, cut) {
  const place = section.querySelector('pre');
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: as it is */ }
  place.hidden = !shown;
  place.replaceChildren(...highlighted(shown.slice(0, SHOWN)));
  const rest = shown.length - SHOWN;
  if (rest > 0 || cut) place.append(span('remark', `\n… ${cut ? 'and more' : `and ${rest.toLocaleString()} more characters`}`));
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
function* highlighted(text) {
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    yield text.slice(end, match.index);
    const [all, string, colon = '', plain] = match;
    yield span(plain ? 'figure' : colon ? 'word' : 'text', plain ?? string);
    yield colon;
    end = match.index + all.length;
  }
  yield text.slice(end);
}
const span = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent });

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
async function copy(section, button) {
  const before = button.textContent;
  try {
    const { method, address, body } = composed(section);
    const data = body ? ` -H 'Content-Type: application/json' -d ${quoted(body)}` : '';
    await navigator.clipboard.writeText(`curl -X ${method} ${quoted(new URL(address, location).href)}${data}`);
    button.textContent = 'Copied';
  } catch (error) {
    button.textContent = error instanceof SyntaxError ? 'Not JSON' : 'Not allowed';
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}
