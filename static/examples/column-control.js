const list = { columnControl: ['order', ['searchList']] };
new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST' },
  columns: [
    { data: 'name' }, { data: 'birthday', type: 'date' }, { data: 'balance', type: 'num' }, { data: 'city' },
    { data: 'state', ...list }, { data: 'country', ...list },
  ],
  columnControl: ['order', ['search']],
  ordering: { indicators: false, handler: false },
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
