// One of the two tables: a DataTable whose request is sent, timed and looked through here.
const { DataTable } = window;
export const LENGTH = 10;
const SHOWN = new Set(['id', 'name', 'city', 'active', 'created_at']), NARROW = new Set(['id', 'name', 'city']);
const phone = matchMedia('(max-width: 48rem)');
const shown = data => (phone.matches ? NARROW : SHOWN).has(data);
const day = new Intl.DateTimeFormat([], { dateStyle: 'medium', timeZone: 'UTC' });
const FORMATS = {
  id: n => Number(n).toLocaleString(),
  active: yes => yes ? 'Active' : 'Inactive',
  created_at: iso => day.format(Date.parse(iso)),
};
// Whatever a row holds is shown as text, never as HTML.
const text = format => value => value === null ? '' : DataTable.util.escapeHtml(format(value));

export class Side {
  constructor(key) {
    this.panel = document.querySelector(`.side[data-side="${key}"]`);
    this.meter = document.querySelector(`.bars [data-side="${key}"]`);
    this.name = this.panel.getAttribute('aria-label');
    this.columns = [...this.panel.querySelectorAll('th')].map(th => th.dataset.data);
    this.seen = new Map(); // row -> the page it was on, of the same search and order
    this.table = new DataTable(this.panel.querySelector('table'), {
      serverSide: true, autoWidth: false, paging: false, layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      ordering: { handler: false }, typeDetect: false, deferLoading: 0,
      language: { emptyTable: ' ', zeroRecords: 'No matching users' },
      columns: this.columns.map(data => ({ data, className: data, visible: shown(data), render: text(FORMATS[data] ?? String) })),
      createdRow: (tr, { id }) => this.mark(tr, id),
      ajax: (question, callback) => { this.pending = { question, callback }; },
    });
    phone.addEventListener('change', () => this.columns.forEach((data, i) => this.table.column(i).visible(shown(data), false)));
  }

  // Ask for a view; the answer, or the sentence of what went wrong, is there when this is done.
  async ask({ search, order: [name, dir], page }, signal) {
    this.answer = null; this.failed = null; this.waiting = true;
    this.panel.setAttribute('aria-busy', true);
    this.table.order([[this.columns.indexOf(name), dir]]).search(search).draw();
    const { question, callback } = this.pending;
    Object.assign(question, { start: page * LENGTH, length: LENGTH });
    this.forget(JSON.stringify([search, name, dir]));
    try {
      const [answer, timing] = await this.send(question, signal);
      this.take(answer, page, timing);
      callback(answer);
    } catch (error) {
      if (signal.aborted) return;
      this.failed = error.message;
    }
    this.waiting = false;
    this.panel.setAttribute('aria-busy', false);
    this.report();
  }

  async send(question, signal) {
    const started = performance.now();
    const response = await fetch(this.panel.dataset.address, { method: 'POST', body: new URLSearchParams(DataTable.ajax.serialize(question)), signal })
      .catch(error => { throw signal.aborted ? error : new Error('The server cannot be reached.'); });
    const answer = await response.json().catch(error => {
      throw signal.aborted ? error : new Error(`No readable answer (HTTP ${response.status}).`);
    });
    const browser = performance.now() - started;
    if (answer.error || !answer.data) throw new Error(answer.error ?? `No rows (HTTP ${response.status}).`);
    const bytes = performance.getEntriesByName(response.url).at(-1)?.encodedBodySize;
    performance.clearResourceTimings();
    return [answer, { browser, bytes, ...serverTiming(response.headers.get('Server-Timing')) }];
  }

  take(answer, page, timing) {
    const ids = answer.data.map(({ id }) => id);
    const repeated = ids.filter(id => this.seen.has(id) && this.seen.get(id) !== page);
    for (const id of ids) if (!this.seen.has(id)) this.seen.set(id, page);
    this.answer = { ids, repeated, total: Number(answer.recordsTotal), filtered: Number(answer.recordsFiltered), ...timing };
  }

  forget(question) {
    if (question !== this.question) this.seen.clear();
    this.question = question;
  }

  mark(tr, id) {
    if (!this.answer.repeated.includes(id)) return;
    tr.classList.add('repeated');
    tr.querySelector('td.name').append(Object.assign(document.createElement('span'),
      { className: 'pill bad', textContent: `also on page ${(this.seen.get(id) + 1).toLocaleString()}` }));
  }

  report() {
    const { answer, failed } = this, note = this.panel.querySelector('.failed');
    note.hidden = !failed;
    note.textContent = failed ?? '';
    this.panel.querySelector('.total').textContent = answer ? `${answer.filtered.toLocaleString()} of ${answer.total.toLocaleString()} users` : '';
    this.panel.querySelector('.sent').textContent = [answer?.statements, answer?.bytes && `${(answer.bytes / 1000).toFixed(1)} kB sent`].filter(Boolean).join(' · ');
  }

  bar(milliseconds, most, format) {
    this.meter.classList.toggle('waiting', Boolean(this.waiting));
    this.meter.querySelector('.bar').style.width = milliseconds === null ? '0' : `${Math.max(0.4, 100 * milliseconds / most)}%`;
    this.meter.querySelector('output').textContent = milliseconds === null ? (this.failed ? 'failed' : '…') : `${format(milliseconds)} ms`;
  }
}

// Read `db;dur=3.1;desc="3 statements", total;dur=4.2`; without a total there is no time of the server's.
function serverTiming(header) {
  const metrics = Object.fromEntries((header ?? '').split(',').map(metric => [metric.split(';')[0].trim(), metric]));
  const total = metrics.total?.match(/dur=([\d.]+)/), statements = metrics.db?.match(/desc="([^"]*)"/);
  return { server: total ? Number(total[1]) : undefined, statements: statements?.[1] };
}
