// Whatever a row holds is shown as text, never as HTML; numbers and dates in the reader's own way.
const utc = { dateStyle: 'medium', timeZone: 'UTC' }, day = new Intl.DateTimeFormat([], utc);
const minute = new Intl.DateTimeFormat([], { ...utc, timeStyle: 'short' });
const FORMATS = {
  active: yes => yes ? 'Active' : 'Inactive',
  balance: new Intl.NumberFormat([], { minimumFractionDigits: 2 }).format,
  birthday: iso => day.format(Date.parse(iso)),
  created_at: iso => minute.format(Date.parse(iso)),
};
const text = format => value => value === null ? '' : DataTable.util.escapeHtml(format(value));
const columns = $('#users th').get().map(({ className, dataset: { data } }) =>
  ({ data, className, render: text(FORMATS[data] ?? String) }));
let asked, relation, shownPage = 0, wantedPage = 0; // relation: “at least”, shown with a plus

// Our own request: DataTables' says nothing when the connection is lost, hides the sentence of a
// failure, and leaves its indicator on. POST: gunicorn reads at most 4,094 characters of a URL.
function ask(question, draw) {
  const started = performance.now(), data = JSON.stringify(question);
  asked?.abort(); $('#users').attr('aria-busy', true); // what was asked before must not answer late
  asked = $.post({ url: 'api/users', contentType: 'application/json', data, dataType: 'json',
    timeout: 60_000 })
    .done(answer => answer?.data && !answer.error ? succeed(answer) : fail(answer?.error, 200))
    .fail((xhr, why) => why === 'abort' || fail(xhr.responseJSON?.error, xhr.status));
  function succeed(answer, { length } = answer.data) {
    if (question.length < 0 && length < answer.recordsFiltered) table.page.len(length); // cut
    draw(answer, relation = answer.recordsFilteredRelation); shownPage = table.page();
    $('#cost').text(`${Math.round(performance.now() - started)} ms from request to drawn rows`);
    $('#notices').empty().append((answer.notices ?? []).map(notice => $('<li>').text(notice)));
    $('#users').attr('aria-busy', false).find('q').text(table.search());
    if ($('#failure').prop('hidden', true).has(':focus').length) $('#rows').trigger('focus');
  }
}

function fail(sentence, status) {
  table.page(Math.min(shownPage, wantedPage = table.page())); // or a second click asks nothing
  $('#failure').prop('hidden', false).find('p').text(sentence
    ?? (status ? `No readable answer (HTTP ${status}).` : 'The server cannot be reached.'));
  $('#users').attr('aria-busy', false);
}

DataTable.ext.errMode = (_, code, message) => console.error(message); // never alert()
const table = $('#users').DataTable({
  serverSide: true, ajax: ask, columns, searchDelay: 250, autoWidth: false, typeDetect: false,
  layout: { topStart: 'search', topEnd: 'pageLength', bottomStart: ['info', () => $('#notices')[0]] },
  formatNumber: n => n.toLocaleString(),
  infoCallback: (...[,,,, n, says]) => relation ? says.replace(n.toLocaleString(), '$&+') : says,
  createdRow: (tr, user) => tr.classList.toggle('inactive', !user.active),
});
$('#users').parent().attr({ id: 'rows', tabindex: 0, role: 'region', 'aria-label': 'Users' });
$('#retry').on('click', () => table.page(wantedPage).draw('page'));
$('#users').on('click', '.clear', () => table.search('').draw() && $('input').trigger('focus'))
  .on('keydown', '[role=button]', e => { if (e.key === ' ') { e.preventDefault(); e.target.click(); } });
